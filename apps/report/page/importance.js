// What the runs of a sweep say about its parameters; the figures are computed by the program.

const importanceSpec = (entries, width, title) => {
  const inner = Math.min(800, width - 8), height = 24 * entries.length;
  return {
    padding: 4, autosize: fitWidth, width: inner, height,
    data: [{ name: "entries", values: entries }],
    scales: [
      { name: "y", type: "band", domain: entries.map((e) => e.name), range: "height", padding: 0.25 },
      { name: "x", type: "linear", domain: [0, { signal: "extent(pluck(data('entries'), 'share'))[1] || 1" }], range: "width", nice: true, zero: true },
    ],
    axes: [
      { orient: "bottom", scale: "x", title, grid: true, tickCount: Math.floor((inner - 180) / 60) },
      { orient: "left", scale: "y", ticks: false, domain: false, labelLimit: width > 700 ? 260 : 150, labelOverlap: false, labelPadding: 6 },
    ],
    marks: [{
      type: "rect", from: { data: "entries" },
      encode: { update: { x: { scale: "x", value: 0 }, x2: { scale: "x", field: "share" }, y: { scale: "y", field: "name" }, height: { scale: "y", band: 1 }, fill: { value: theme.colors.series[0] }, tooltip: { signal: "datum.name + ': ' + format(datum.share, '.1f') + ' %'" } } },
    }],
  };
};

const importanceFigure = (parent, name, analysis, metric) => {
  const alone = analysis.importance.filter((e) => isNumber(e.share)).map((e) => ({ name: spelled(e.name), share: 100 * e.share }));
  const pairs = analysis.pairs.filter((e) => e.share >= 0.005).slice(0, 5).map((e) => ({ name: e.names.map(spelled).join(" × "), share: 100 * e.share }));
  const entries = [...alone, ...pairs];
  if (!entries.length) return null;
  return new Figure(parent, {
    name, title: "Importance of the parameters", height: 24 * entries.length + 70,
    note: `How much of the variance of ${metric.name} a parameter explains alone, beyond chance (ε²); with ×, what two explain together in addition.`,
    describe: () => entries.map((e) => `${e.name} ${fixed(e.share, 1)} %`).join(", ") + `, from ${counted(analysis.used, "run")}.`,
    table: () => ({ head: ["Parameter", "Share of the variance (%)"], rows: entries.map((e) => [e.name, fixed(e.share, 2)]) }),
    spec: (width) => importanceSpec(entries, width, "Share of the variance explained (%)"),
  });
};

const correlationSpec = (entries, width) => {
  const inner = Math.min(800, width - 8), height = 22 * entries.length, c = theme.colors;
  return {
    padding: 4, autosize: fitWidth, width: inner, height,
    data: [{ name: "entries", values: entries }],
    scales: [
      { name: "y", type: "band", domain: entries.map((e) => e.name), range: "height", padding: 0.25 },
      { name: "x", type: "linear", domain: [-1, 1], range: "width" },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "Rank correlation (−1 to 1)", grid: true, tickCount: Math.floor((inner - 180) / 60) },
      { orient: "left", scale: "y", ticks: false, domain: false, labelLimit: 180, labelOverlap: false, labelPadding: 6 },
    ],
    marks: [{
      type: "rect", from: { data: "entries" },
      encode: { update: { x: { scale: "x", value: 0 }, x2: { scale: "x", field: "r" }, y: { scale: "y", field: "name" }, height: { scale: "y", band: 1 }, fill: { signal: `datum.r < 0 ? '${c.series[1]}' : '${c.series[0]}'` }, tooltip: { signal: "datum.name + ': ' + format(datum.r, '.3f')" } } },
    }],
  };
};

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

const valuesSpec = (rows, width, metric) => {
  const inner = Math.min(800, width - 8), height = 22 * rows.length, c = theme.colors;
  const x = (field) => ({ scale: "x", field }), y = { scale: "y", field: "key", band: 0.5 };
  return {
    padding: 4, autosize: fitWidth, width: inner, height,
    data: [{ name: "rows", values: rows }],
    scales: [
      { name: "y", type: "band", domain: rows.map((row) => row.key), range: "height" },
      { name: "x", type: "linear", domain: { data: "rows", fields: ["low", "mean", "best"] }, range: "width", zero: false, nice: true },
      { name: "kind", type: "ordinal", domain: ["mean ± SD", "best run"], range: [c.series[0], c.series[1]] },
      { name: "shape", type: "ordinal", domain: ["mean ± SD", "best run"], range: ["circle", "diamond"] },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: metric.title, grid: true, tickCount: Math.floor((inner - 180) / 60) },
      { orient: "left", scale: "y", ticks: false, domain: false, labelLimit: 180, labelOverlap: false, labelPadding: 6 },
    ],
    marks: [
      { type: "rule", from: { data: "rows" }, encode: { update: { x: x("low"), x2: x("high"), y, stroke: { value: c.series[0] }, strokeWidth: { value: 2 }, opacity: { value: 0.6 } } } },
      { type: "symbol", from: { data: "rows" }, encode: { update: { x: x("mean"), y, fill: { value: c.series[0] }, size: { value: 60 }, tooltip: { signal: "datum.key + ': mean ' + format(datum.mean, '.4~g') + ' of ' + datum.runs + ' runs'" } } } },
      { type: "symbol", from: { data: "rows" }, encode: { update: { x: x("best"), y, fill: { value: c.series[1] }, shape: { value: "diamond" }, size: { value: 60 }, tooltip: { signal: "datum.key + ': best ' + format(datum.best, '.4~g')" } } } },
    ],
    legends: [{ fill: "kind", shape: "shape", orient: "top", direction: "horizontal" }],
  };
};

const valuesFigure = (parent, name, analysis, metric) => {
  const rows = analysis.values.flatMap((parameter) => parameter.rows.map((row) => {
    const mean = row.mean * metric.scale, sd = isNumber(row.sd) ? row.sd * metric.scale : 0;
    return { key: `${spelled(parameter.name)} = ${row.value}`, runs: row.runs, mean, sd, best: row.best * metric.scale, low: Math.max(mean - sd, metric.lowest), high: Math.min(mean + sd, metric.highest) };
  }));
  if (!rows.length) return null;
  return new Figure(parent, {
    name, title: `${metric.title} by the value of each parameter`, height: 22 * rows.length + 90,
    describe: () => rows.map((row) => `${row.key}: mean ${fixed(row.mean, 2)}, best ${fixed(row.best, 2)} (${counted(row.runs, "run")})`).join("; ") + ".",
    table: () => ({ head: ["Parameter and value", "Runs", "Mean", "SD", "Best"], rows: rows.map((row) => [row.key, row.runs, fixed(row.mean, 3), fixed(row.sd, 3), fixed(row.best, 3)]) }),
    spec: (width) => valuesSpec(rows, width, metric),
  });
};
