// One run in detail.

const outcomeText = (run) => {
  const { reason } = report.sweeps.flatMap((sweep) => sweep.runs).find((other) => other.id === run.id && other.reason) || {};
  if (reason) return `${spelled(run.status)}: ${reason}`;
  return run.status === "diverged" ? `diverged: the loss stopped being finite in epoch ${run.epochs + 1}${run.steps ? `, step ${run.steps}` : ""}` : spelled(run.status);
};

const runFacts = (run) => {
  const facts = [
    ["Folder", run.path], ["Outcome", outcomeText(run)],
    ["Options", report.options.map((name) => `${optionTitle(name)} ${plain(run.options[name])}`).join(", ")],
    ["Data", run.dataset], ["Epochs", run.best_epoch ? `${run.epochs}, the best was ${run.best_epoch}` : run.epochs],
    ["Parameters of the network", isNumber(run.parameters) ? run.parameters.toLocaleString("en-US") : null],
    ["Test accuracy", isNumber(run.best.test_accuracy) ? percent(run.best.test_accuracy) : null],
    ["Test macro-F1", isNumber(run.best.test_macro_f1) ? fixed(run.best.test_macro_f1, 4) : null],
    ["Test loss", isNumber(run.best.test_loss) ? sized(run.best.test_loss) : null],
    ["Time", isNumber(run.best.duration) ? duration(run.best.duration) : null],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  return element("dl", { class: "facts" }, facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, plain(value))]));
};

// The figures of one run; `prefix` begins the names of their files.
const runFigures = (parent, prefix, run) => {
  if (hasConfusion(run)) confusionFigure(parent, `${prefix}-confusion-matrix`, run);
  if (run.classes.length) classesFigure(parent, `${prefix}-classes`, run);
  if (!run.pictures) return;
  if ((run.pictures.confused || []).length) confusedFigure(parent, `${prefix}-confused-images`, run);
  if ((run.pictures.reconstructions || []).length) reconstructionsFigure(parent, `${prefix}-reconstructions`, run);
  if ((run.pictures.first_layer || []).length) weightsFigure(parent, `${prefix}-first-layer-weights`, run);
};

const startRunDetail = (parent) => {
  const best = runs[report.best_first[0]];
  const chooser = element("select", { id: "chosen-run", onchange: () => show(runs[Number(chooser.value)]) },
    report.best_first.map((id) => element("option", { value: id }, runs[id].label)));
  const detail = element("div");
  parent.append(element("p", { class: "chooser" }, element("label", { for: "chosen-run" }, "Run: "), chooser), detail);
  const show = (run) => {
    chooser.value = String(run.id);
    dropFigures(detail);
    detail.append(runFacts(run));
    runFigures(detail, runs.length > 1 ? "run-" + run.label : "run", run);
  };
  show(best);
  return show;
};
