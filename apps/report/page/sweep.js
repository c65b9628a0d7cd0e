// A sweep: parallel coordinates, importance, correlation, values, history.

// How the metric of a sweep is called and written; accuracies as per cent.
const metricOf = ({ name, goal }) => {
  const share = /accuracy/.test(name);
  return {
    name: figureName(name), higher: goal !== "minimize", scale: share ? 100 : 1, unit: share ? " %" : "", highest: share ? 100 : /f1/.test(name) ? 1 : Infinity,
    title: figureName(name).replace(/^./, (c) => c.toUpperCase()) + (share ? " (%)" : ""),
    text: (x) => figureText(name, x),
    written: (scaled) => (share ? fixed(scaled, 2) : sized(scaled)),
  };
};

const sweepFigures = (parent, prefix, sweep) => {
  const metric = metricOf(sweep.metric);
  if (sweep.runs.filter((run) => isNumber(run.metric)).length < 2) {
    parent.append(element("p", {}, "There are not yet two runs with a result to compare."));
    return;
  }
  if (parallelAxes(sweep, metric).length > 1) parallelFigure(parent, `${prefix}-parallel-coordinates`, sweep, metric);
  importanceFigure(parent, `${prefix}-importance`, sweep.analysis, metric);
  correlationFigure(parent, `${prefix}-correlation`, sweep.analysis, metric);
  valuesFigure(parent, `${prefix}-values`, sweep.analysis, metric);
  historyFigure(parent, `${prefix}-best-so-far`, sweep, metric);
};

const sweepSection = (parent, sweep) => {
  const metric = metricOf(sweep.metric), count = {};
  for (const run of sweep.runs) count[run.status] = (count[run.status] || 0) + 1;
  const outcomes = Object.entries(count).map(([status, n]) => `${n} ${spelled(status)}`).join(", ");
  const best = sweep.runs.filter((run) => isNumber(run.metric)).sort((a, b) => (metric.higher ? b.metric - a.metric : a.metric - b.metric)).slice(0, 5);
  parent.append(element("p", {}, `Method ${sweep.method || "unknown"}, ${counted(sweep.runs.length, "run")} (${outcomes}), judged by the ${metric.higher ? "highest" : "lowest"} ${metric.name}.`));
  parent.append(element("h3", {}, "The best runs"), simpleTable({
    head: [metric.title, "Epochs run", ...sweep.parameters.map((p) => spelled(p.name))],
    rows: best.map((run) => [metric.text(run.metric), run.epochs, ...sweep.parameters.map((p) => run.parameters[p.name])]),
  }));
  sweepFigures(parent, "sweep-" + sweep.name, sweep);
};
