// Texts and elements. Whatever comes from files reaches the document as text, never as HTML.

const element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
};

const isNumber = (x) => typeof x === "number" && Number.isFinite(x);
const dash = "–";
const fixed = (x, digits) => (isNumber(x) ? x.toFixed(digits).replace("-", "−") : dash);
const percent = (x, digits = 2) => (isNumber(x) ? fixed(100 * x, digits) + " %" : dash);

// With four decimals, or six digits if that is fewer: 0.4213, 115.953, 9.73222e6. Runs are recorded with no more.
const sized = (x) => {
  if (!isNumber(x) || Math.abs(x) < 100) return fixed(x, 4);
  return (Math.abs(x) < 1e6 ? String(Number(x.toPrecision(6))) : String(Number(x.toPrecision(6)).toExponential())).replace("e+", "e").replace("-", "−");
};

// A number that a person typed, or would: 0.0001, 1e-8, 12,345.
const plain = (x) => {
  if (!isNumber(x)) return x === null || x === undefined ? dash : typeof x === "object" ? JSON.stringify(x) : String(x);
  if (Number.isInteger(x)) return Math.abs(x) < 10000 ? String(x) : x.toLocaleString("en-US");
  return String(Number(x.toPrecision(6)));
};

const duration = (seconds) => {
  if (!isNumber(seconds)) return dash;
  if (seconds < 60) return fixed(seconds, 1) + " s";
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

const counted = (count, one, many = one + "s") => `${plain(count)} ${count === 1 ? one : many}`;
const spelled = (name) => name.replace(/_/g, " ");

// Names of folders, which may break at their underscores and strokes.
const breakable = (name) => name.split(/(?<=[_/])/).flatMap((part, i) => (i ? [element("wbr"), part] : [part]));

// The order of texts in which numbers count as numbers: "lr 0.005" comes before "lr 0.01".
const naturalOrder = (a, b) => {
  const parts = (text) => text.split(/(\d+(?:\.\d+)?(?:e-?\d+)?)/);
  const x = parts(a), y = parts(b);
  for (let i = 0; i < Math.min(x.length, y.length); ++i) {
    const order = i % 2 ? Number(x[i]) - Number(y[i]) : x[i].localeCompare(y[i], "en");
    if (order) return order;
  }
  return x.length - y.length;
};

// For names of files and of places in the page.
const fileName = (text) =>
  text.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80) || "figure";

// The figures of a run: how they are called, and how their values are written.
const figureNames = {
  train_loss: "training loss",
  val_loss: "validation loss",
  test_loss: "test loss",
  train_accuracy: "training accuracy",
  val_accuracy: "validation accuracy",
  test_accuracy: "test accuracy",
  val_macro_f1: "validation macro-F1",
  test_macro_f1: "test macro-F1",
};
const figureName = (key) => figureNames[key] || spelled(key);
const figureText = (key, x) => (/accuracy/.test(key) ? percent(x) : sized(x));
