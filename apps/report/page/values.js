// The metric of a sweep by the value of each parameter: mean, standard deviation, best run.

const valuesSpec = (rows, width, metric) => {
  const c = theme.colors, layout = rowsLayout(rows.map((row) => row.key), width, 22), kinds = ["mean ± SD", "best run"];
  const values = rows.flatMap((row) => [row.mean, row.best]);
  const x = (field) => ({ scale: "x", field }), y = layout.middle("key");
  return {
    ...layout.frame,
    data: [{ name: "rows", values: rows }, layout.data],
    scales: [
      layout.scale,
      { name: "x", ...valueScale(values), domain: { data: "rows", fields: ["low", "high", "best"] }, range: "width" },
      { name: "kind", type: "ordinal", domain: kinds, range: [c.series[0], c.series[1]] },
      { name: "shape", type: "ordinal", domain: kinds, range: ["circle", "diamond"] },
    ],
    axes: [{ orient: "bottom", scale: "x", title: metric.title, grid: true, tickCount: layout.ticks, ...valueAxis(values) }, ...layout.axes],
    marks: [
      ...layout.marks,
      { type: "rule", from: { data: "rows" }, encode: { update: { x: x("low"), x2: x("high"), y, stroke: { value: c.series[0] }, strokeWidth: { value: 2 }, opacity: { value: 0.6 } } } },
      { type: "symbol", from: { data: "rows" }, encode: { update: { x: x("mean"), y, fill: { value: c.series[0] }, size: { value: 60 }, tooltip: { signal: "datum.key + ': mean ' + format(datum.mean, '.4~g') + ' of ' + datum.runs + ' runs'" } } } },
      { type: "symbol", from: { data: "rows" }, encode: { update: { x: x("best"), y, fill: { value: c.series[1] }, shape: { value: "diamond" }, size: { value: 60 }, tooltip: { signal: "datum.key + ': best ' + format(datum.best, '.4~g')" } } } },
    ],
    legends: [{ fill: "kind", shape: "shape", orient: "top", direction: "horizontal" }],
  };
};

// Bars end where the metric does; on a logarithmic axis, which has no 0, at the least value.
const valuesRows = (analysis, metric) => {
  const rows = analysis.values.flatMap((parameter) => parameter.rows.map((row) => ({
    key: `${spelled(parameter.name)} = ${row.value}`, runs: row.runs, mean: row.mean * metric.scale, sd: isNumber(row.sd) ? row.sd * metric.scale : 0, best: row.best * metric.scale,
  })));
  const values = rows.flatMap((row) => [row.mean, row.best]);
  const lowest = wantsLog(values) ? Math.min(...values) : 0;
  return rows.map((row) => ({ ...row, low: Math.max(row.mean - row.sd, lowest), high: Math.min(row.mean + row.sd, metric.highest) }));
};

const valuesFigure = (parent, name, analysis, metric) => {
  const rows = valuesRows(analysis, metric);
  if (!rows.length) return null;
  return new Figure(parent, {
    name, title: `${metric.title} by the value of each parameter`, height: 22 * rows.length + 90,
    describe: () => rows.map((row) => `${row.key}: mean ${metric.written(row.mean)}, best ${metric.written(row.best)} (${counted(row.runs, "run")})`).join("; ") + ".",
    table: () => ({ head: ["Parameter and value", "Runs", "Mean", "SD", "Best"], rows: rows.map((row) => [row.key, row.runs, ...[row.mean, row.sd, row.best].map(metric.written)]) }),
    spec: (width) => valuesSpec(rows, width, metric),
  });
};
