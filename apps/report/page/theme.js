// Light and dark, and colours that people with colour blindness can tell apart (Okabe and Ito; viridis). Where the series are
// more than seven, `more` follows, which is not as easily told apart, but stands out from the paper as well.

const palettes = {
  light: {
    text: "#1d2733", quiet: "#5b6875", grid: "#e3e7eb", line: "#9aa5b0", paper: "#ffffff", faint: "#c9d0d6",
    series: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"],
    more: ["#7b3294", "#8c510a", "#7f7f7f", "#b2182b", "#6a8d00", "#00868b", "#8f8fe0"],
  },
  dark: {
    text: "#e6ebf0", quiet: "#a3b0bd", grid: "#2d3742", line: "#6b7885", paper: "#171d24", faint: "#46525e",
    series: ["#56b4e9", "#e69f00", "#2dc08d", "#e08fbf", "#f0e442", "#3f8fd6", "#ffffff"],
    more: ["#c77dff", "#a8795c", "#8a97a5", "#ff6b6b", "#9acd32", "#66e0d5", "#e8c39e"],
  },
};

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const theme = {
  choice: "auto",  // or "light" or "dark"
  get name() {
    return this.choice === "auto" ? (systemDark.matches ? "dark" : "light") : this.choice;
  },
  get colors() {
    return palettes[this.name];
  },
};

// What all charts share.
const chartConfig = () => {
  const c = theme.colors;
  const font = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
  return {
    background: c.paper,
    axis: {
      domainColor: c.line, tickColor: c.line, gridColor: c.grid, labelColor: c.text, titleColor: c.text, labelFont: font,
      titleFont: font, labelFontSize: 11, titleFontSize: 12, titleFontWeight: 600, titlePadding: 8, labelOverlap: true,
    },
    legend: {
      layout: { bottom: { anchor: "start", direction: "vertical", margin: 6 } },
      labelColor: c.text, titleColor: c.text, labelFont: font, titleFont: font, labelFontSize: 12, titleFontSize: 12,
      titleFontWeight: 600, symbolStrokeWidth: 2,
    },
    title: { color: c.text, font, fontSize: 13, fontWeight: 600, offset: 8 },
    style: { "guide-label": { font }, "guide-title": { font } },
    text: { font, fill: c.text },
    events: { defaults: { prevent: [] } },
  };
};

// For charts whose labels on the left need as much room as they need: the rest is for the marks.
const fitWidth = { type: "fit-x", contains: "padding" };

const applyTheme = () => {
  const root = document.documentElement;
  if (theme.choice === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme.choice);
  const names = { auto: "as the system", light: "light", dark: "dark" };
  document.getElementById("theme").textContent = `Colours: ${names[theme.choice]}`;
};

const startTheme = (redraw) => {
  const order = ["auto", "light", "dark"];
  document.getElementById("theme").addEventListener("click", () => {
    theme.choice = order[(order.indexOf(theme.choice) + 1) % order.length];
    applyTheme();
    redraw();
  });
  systemDark.addEventListener("change", redraw);
  applyTheme();
};
