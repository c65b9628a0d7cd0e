// What the runs of a sweep say about its parameters; the figures are computed by the program.

const barsSpec = (entries, field, width, pitch, { domain, title, color, tooltip }) => {
  const rows = rowsLayout(entries.map((e) => e.name), width, pitch);
  return {
    ...rows.frame,
    data: [{ name: "entries", values: entries }, rows.data],
    scales: [rows.scale, { name: "x", type: "linear", domain, range: "width", nice: true, zero: true }],
    axes: [{ orient: "bottom", scale: "x", title, grid: true, tickCount: rows.ticks }, ...rows.axes],
    marks: [...rows.marks, {
      type: "rect", from: { data: "entries" },
      encode: { update: { x: { scale: "x", value: 0 }, x2: { scale: "x", field }, yc: rows.middle("name"), height: { value: 0.75 * pitch }, fill: color, tooltip: { signal: tooltip } } },
    }],
  };
};

const importanceSpec = (entries, width) =>
  barsSpec(entries, "share", width, 24, {
    domain: [0, Math.max(...entries.map((e) => e.share)) || 1], title: "Share of the variance explained (%)",
    color: { value: theme.colors.series[0] }, tooltip: "datum.name + ': ' + format(datum.share, '.1f') + ' %'",
  });

const aboutPairs = (pairs) => {
  const untold = pairs.filter((e) => !isNumber(e.share)).length;
  if (!untold) return "with ×, what two explain together in addition, where that is more than noise would.";
  if (untold === pairs.length) return "there are too few runs to tell what two explain together.";
  return `with ×, what two explain together in addition, where that is more than noise would; of ${counted(untold, "pair")} there are too few runs to tell.`;
};

const importanceFigure = (parent, name, analysis, metric) => {
  const alone = analysis.importance.filter((e) => isNumber(e.share)).map((e) => ({ name: spelled(e.name), share: 100 * e.share }));
  const pairs = analysis.pairs.filter((e) => e.share >= 0.005).slice(0, 5).map((e) => ({ name: e.names.map(spelled).join(" × "), share: 100 * e.share }));
  const entries = [...alone, ...pairs];
  if (!entries.length) return null;
  return new Figure(parent, {
    name, title: "Importance of the parameters", height: 24 * entries.length + 70,
    note: `How much of the variance of ${analysis.logarithm ? "the logarithm of " : ""}${metric.name} a parameter explains alone, beyond what as many groups would explain of noise on average (ε²)` +
      (analysis.pairs.length ? `; ${aboutPairs(analysis.pairs)}` : "."),
    describe: () => entries.map((e) => `${e.name} ${fixed(e.share, 1)} %`).join(", ") + `, from ${counted(analysis.used, "run")}.`,
    table: () => ({ head: ["Parameter", "Share of the variance (%)"], rows: entries.map((e) => [e.name, fixed(e.share, 2)]) }),
    spec: (width) => importanceSpec(entries, width),
  });
};

const correlationSpec = (entries, width) =>
  barsSpec(entries, "r", width, 22, {
    domain: [-1, 1], title: "Rank correlation (−1 to 1)",
    color: { signal: `datum.r < 0 ? '${theme.colors.series[1]}' : '${theme.colors.series[0]}'` }, tooltip: "datum.name + ': ' + format(datum.r, '.3f')",
  });

const correlationFigure = (parent, name, analysis, metric) => {
  const entries = analysis.correlation.filter((e) => isNumber(e.correlation)).slice(0, 24)
    .map((e) => ({ name: spelled(e.name) + (e.value === null ? "" : ` = ${e.value}`), r: e.correlation }));
  if (!entries.length) return null;
  return new Figure(parent, {
    name, title: `Correlation with ${metric.name}`, height: 22 * entries.length + 70,
    note: "Spearman's rank correlation; of a parameter that is no number, one for each of its values.",
    describe: () => entries.slice(0, 8).map((e) => `${e.name} ${fixed(e.r, 2)}`).join(", ") + ".",
    table: () => ({ head: ["Parameter", "Rank correlation"], rows: entries.map((e) => [e.name, fixed(e.r, 3)]) }),
    spec: (width) => correlationSpec(entries, width),
  });
};
