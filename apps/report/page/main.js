// The page: studies, sweeps, then all runs.

const content = document.getElementById("content");
const section = (title, id, short) => {
  const made = element("section", { id, tabindex: -1, "aria-labelledby": id + "-title" }, element("h2", { id: id + "-title" }, title));
  content.append(made);
  document.getElementById("navigation").append(element("a", { href: "#" + id }, short || title));
  return made;
};

const defaultOverlay = 5;  // curves are shown of this many runs; more are chosen in the table

const isNumeric = (name) => runs.some((run) => isNumber(run.options[name])) && runs.every((run) => isNumber(run.options[name]) || run.options[name] === null);

const overviewColumns = (overlaid, onOverlay, showRun) => {
  const figureColumn = (key, title) => ({
    title, number: true, scale: /accuracy/.test(key) ? 100 : 1, value: (run) => run.best[key], text: (run) => figureText(key, run.best[key]),
  });
  const box = (run) => {
    const input = element("input", { type: "checkbox", "aria-label": `Show the curves of ${run.label}`, onchange: () => onOverlay(run, input.checked) });
    input.checked = overlaid.has(run.id);
    return input;
  };
  const figuresOf = [
    ["val_accuracy", "Val. accuracy"], ["test_accuracy", "Test accuracy"], ["val_macro_f1", "Val. macro-F1"], ["test_macro_f1", "Test macro-F1"],
    ["train_accuracy", "Train accuracy"], ["val_loss", "Val. loss"], ["train_loss", "Train loss"],
  ].filter(([key]) => runs.some((run) => isNumber(run.best[key]))).sort(([a], [b]) => (b === report.ranked_by) - (a === report.ranked_by));
  return [
    { title: "Curves", text: () => "", cell: box },
    { title: "Run", value: (run) => run.label, text: (run) => run.label, cell: (run) => element("a", { href: "#run", title: run.path, onclick: () => showRun(run) }, breakable(run.label)) },
    { title: "Outcome", value: (run) => run.status, text: (run) => spelled(run.status) },
    ...figuresOf.map(([key, title]) => figureColumn(key, title)),
    ...report.options.map((name) => ({ title: optionTitle(name), value: (run) => run.options[name], text: (run) => plain(run.options[name]), number: isNumeric(name) })),
    { title: "Epochs run", number: true, value: (run) => run.epochs, text: (run) => plain(run.epochs) },
    { title: "Time", number: true, value: (run) => run.best.duration, text: (run) => duration(run.best.duration) },
  ];
};

const runsSections = () => {
  const overlaid = new Set(report.best_first.slice(0, defaultOverlay));
  const overview = section(runs.length > 1 ? `All ${runs.length} runs` : "The run", "runs", "Runs");
  const table = element("div");
  overview.append(table);
  const curves = curvesFigure(overview, "curves", "Loss, accuracy and macro-F1", () => report.best_first.filter((id) => overlaid.has(id)).map((id) => ({ label: runs[id].label, run: runs[id] })));
  const detail = section("One run in detail", "run", "One run");
  const showRun = startRunDetail(detail);
  const onOverlay = (run, chosen) => {
    if (chosen) overlaid.add(run.id);
    else overlaid.delete(run.id);
    curves.redraw();
  };
  const order = runs.length > 1 ? `, the best first by ${figureName(report.ranked_by)}` : "";
  new DataTable(table, {
    columns: overviewColumns(overlaid, onOverlay, showRun), rows: report.best_first.map((id) => runs[id]),
    caption: `Figures of the best epoch${order}${runs.length > defaultOverlay ? `; the curves of the best ${defaultOverlay} are drawn below` : ""}`,
  });
  const common = Object.entries(report.common).filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && !value.length));
  overview.append(element("details", {}, element("summary", {}, runs.length > 1 ? "Options that all runs have in common" : "Options"), element("dl", { class: "facts" }, common.flatMap(([name, value]) => [element("dt", {}, optionTitle(name)), element("dd", {}, plain(value))]))));
};

const build = () => {
  const parts = [[report.studies, "study", "studies"], [report.sweeps, "sweep", "sweeps"], [runs, "run", "runs"]];
  document.getElementById("subtitle").textContent = parts.filter(([list]) => list.length).map(([list, one, many]) => counted(list.length, one, many)).join(", ");
  if (report.warnings.length)
    content.append(element("section", { class: "warnings", role: "alert" }, element("h2", {}, "Left out"), element("ul", {}, report.warnings.map((warning) => element("li", {}, warning)))));
  report.studies.forEach((study, i) => {
    const name = study.study.toUpperCase(), alone = report.studies.filter((other) => other.study === study.study).length === 1;
    studySection(section(`${name}: ${study.title}`, `study-${i + 1}`, alone ? name : `${name}, ${study.parts.map((part) => part.name).join(", ")}`), study);
  });
  for (const sweep of report.sweeps) sweepSection(section(`Sweep ${sweep.name}`, `sweep-${report.sweeps.indexOf(sweep) + 1}`, `Sweep ${sweep.name}`), sweep);
  if (runs.length) runsSections();
};

// Every figure as a PNG, in the place of the page, for `xgrad report --png`.
const leavePictures = async () => {
  theme.choice = "light";
  applyTheme();
  forcedWidth = pictureWidth;
  const pictures = [];
  for (const figure of [...figures]) {
    const url = await figure.picture("png").catch((error) => error.message);
    if (url) pictures.push({ name: figure.name, url });
  }
  const text = JSON.stringify(pictures).replace(/</g, "\\u003c");
  const holder = element("script", { type: "application/json", id: "pictures" }, text);
  document.head.replaceChildren();
  document.body.replaceChildren(holder);
};

// For tests and for those who want to reach into the page.
window.xgradReport = { figures, problems, drawAll, redrawAll, theme, applyTheme };

const wantsPictures = location.hash === "#png";
build();
startTheme(redrawAll);
if (wantsPictures) leavePictures();
