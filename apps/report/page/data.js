// What the program collected, and questions that many figures ask of it.

const report = JSON.parse(document.getElementById("data").textContent);
const runs = report.runs;

const hasCurve = (run, key) => run.curves[key] && run.curves[key].some(isNumber);
const hasConfusion = (run) => Array.isArray(run.confusion) && run.confusion.length > 0;
// An autoencoder knows no classes: those of another run with the same data.
const namedLike = (run) => (run.classes.length ? run : runs.find((other) => other.dataset === run.dataset && other.classes.length));
const classNames = (run) =>
  namedLike(run) ? namedLike(run).classes.map((row) => row.class) : (run.confusion || []).map((_, i) => String(i));
// "loss" alone would be taken for a figure.
const optionTitle = (name) => (name === "loss" ? "loss function" : spelled(name));
const last = (list) => list[list.length - 1];

// Grey images as base64, a byte for each pixel, become addresses of pictures; `color` maps a byte to [red, green, blue].
const pictureUrl = (base64, width, height, color = (v) => [v, v, v]) => {
  const bytes = atob(base64);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; ++i) {
    const [red, green, blue] = color(i < bytes.length ? bytes.charCodeAt(i) : 0);
    image.data.set([red, green, blue, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
};
