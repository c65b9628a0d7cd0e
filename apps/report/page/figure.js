// A figure: a Vega chart that is drawn when it comes into view, with its text for those who cannot see it, the numbers behind
// it as a table, and buttons that save it.

const figures = [];
const problems = [];
const pictureWidth = 960;  // of saved figures whose size does not come from the window
let forcedWidth = 0;

// Columns of numbers stand on their last digit.
const simpleTable = ({ head, rows }) => {
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => /^[−-]?[\d.,]+(e[−-]?\d+)?( %)?$|^–$/.test(plain(row[i]))));
  const kind = (i) => (numeric[i] ? "number" : null);
  return element("div", { class: "scroll" },
    element("table", {},
      element("thead", {}, element("tr", {}, head.map((name, i) => element("th", { scope: "col", class: kind(i) }, name)))),
      element("tbody", {}, rows.map((row) => element("tr", {}, row.map((cell, i) => element("td", { class: kind(i) }, plain(cell))))))));
};

// Below the heading of a section, or of a part of one.
const headingBelow = (parent) => (parent.closest("section").querySelector("h3:not(figcaption h3)") ? "h4" : "h3");

class Figure {
  // options: name, title, describe() for the text, table() for the numbers, spec(width) for the chart; and, as wanted,
  // controls (elements above the chart), height (expected, in pixels), renderer, drawn(view), note, nothing() for what stands
  // in the place of the chart while there is nothing to draw, and keep(view) with restore(view, kept) for what the reader did
  // to the chart, which outlasts a new width or other colours.
  constructor(parent, options) {
    this.options = options;
    this.view = null;
    this.kept = null;
    this.name = this.uniqueName(fileName(options.name));
    this.chart = element("div", { class: "chart", style: `min-height:${options.height || 260}px` });
    this.text = element("p", { class: "for-readers" });
    this.numbers = element("details", { class: "numbers" }, element("summary", {}, "Numbers"));
    this.numbers.addEventListener("toggle", () => this.fillNumbers());
    const save = (kind) =>
      element("button", { type: "button", onclick: () => this.save(kind), "aria-label": `Save ${options.title} as ${kind}` }, kind);
    parent.append(element("figure", { id: "figure-" + this.name },
      element("figcaption", {}, element(headingBelow(parent), {}, options.title), options.note ? element("p", {}, options.note) : null),
      options.controls ? element("div", { class: "controls" }, options.controls) : null,
      this.chart, this.text,
      element("div", { class: "below" }, this.numbers, element("span", { class: "save" }, "Save as ", save("SVG"), save("PNG")))));
    figures.push(this);
    whenSeen.observe(this.chart);
    figureOf.set(this.chart, this);
  }

  uniqueName(name) {
    let unique = name;
    for (let i = 2; figures.some((other) => other.name === unique); ++i) unique = `${name}-${i}`;
    return unique;
  }

  get width() {
    return forcedWidth || Math.max(280, Math.floor(this.chart.clientWidth));
  }

  async draw() {
    this.text.textContent = this.options.describe();
    this.drawnWidth = this.width;
    this.remember();
    if (this.view) this.view.finalize();
    this.view = null;
    this.chart.style.minHeight = "";
    if (this.nothing) {
      this.chart.replaceChildren(element("p", { class: "status" }, this.nothing));
      return this;
    }
    this.view = this.newView(null, { renderer: this.options.renderer || "svg", container: this.chart, hover: true });
    await this.view.runAsync();
    if (this.options.drawn) this.options.drawn(this.view);
    return this;
  }

  get nothing() {
    return this.options.nothing ? this.options.nothing() : "";
  }

  remember() {
    if (this.view && this.options.keep) this.kept = this.options.keep(this.view);
  }

  newView(title, options) {
    const spec = { $schema: "https://vega.github.io/schema/vega/v5.json", description: this.options.title, ...this.options.spec(this.width), title };
    if (title && spec.autosize === "none") spec.padding = { ...spec.padding, top: spec.padding.top + 30 };
    const view = new vega.View(vega.parse(spec, chartConfig()), { logLevel: vega.Warn, ...options });
    if (this.kept) this.options.restore(view, this.kept);
    return view;
  }

  // Again, if it was drawn before: the data, the colours or the width changed.
  redraw() {
    if (this.numbers.open) this.fillNumbers();
    return this.drawnWidth ? drawing(this) : Promise.resolve(this);
  }

  // As it is saved: outside the page, the chart needs its title.
  titledView() {
    this.remember();
    const title = { text: this.options.title, anchor: "start", frame: "group", offset: 12, limit: this.width - 20 };
    return this.newView(title, { renderer: "none" });
  }

  // The address of the chart as a picture; null while there is nothing to draw.
  async picture(kind) {
    return this.nothing ? null : this.titledView().toImageURL(kind, kind === "png" ? 2 : 1);
  }

  fillNumbers() {
    if (this.numbers.open) this.numbers.replaceChildren(this.numbers.firstChild, simpleTable(this.options.table()));
  }

  async save(kind) {
    const url = await this.picture(kind.toLowerCase());
    if (url) element("a", { href: url, download: `${this.name}.${kind.toLowerCase()}` }).click();
  }

  // How many marks of a type (line, rect, symbol, image, …) the chart shows. The items of a line are its points.
  marks(type) {
    const own = (item) => (item.marktype !== type || item.role !== "mark" ? 0 : type === "line" ? Math.min(1, item.items.length) : item.items.length);
    const count = (item) => (item.items || []).reduce((sum, child) => sum + count(child), own(item));
    return this.view ? count(this.view.scenegraph().root) : 0;
  }
}

const figureOf = new Map();
const drawing = (figure) =>
  figure.draw().catch((error) => {
    problems.push(`${figure.name}: ${error.message}`);
    figure.text.className = "problem";
    figure.text.textContent = `This figure could not be drawn: ${error.message}`;
  });

const whenSeen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const figure = figureOf.get(entry.target);
    if (entry.isIntersecting && !figure.drawnWidth) drawing(figure);
  }
}, { rootMargin: "300px" });

const redrawAll = () => Promise.all(figures.map((figure) => figure.redraw()));
const drawAll = async () => {
  for (const figure of figures) if (!figure.drawnWidth) await drawing(figure);
};

// Figures that are no longer shown.
const dropFigures = (parent) => {
  for (const figure of figures.filter((candidate) => parent.contains(candidate.chart))) {
    whenSeen.unobserve(figure.chart);
    if (figure.view) figure.view.finalize();
    figures.splice(figures.indexOf(figure), 1);
  }
  parent.replaceChildren();
};

let resizing = 0;
window.addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => {
    for (const figure of figures) if (figure.drawnWidth && figure.width !== figure.drawnWidth) figure.redraw();
  }, 150);
});
