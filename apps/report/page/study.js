// A study: what was published, what came out here, and why it was done so.

// Values of a study come in their unit, which is per cent or none.
const inUnit = (x, metric) => fixed(x, isNumber(metric.digits) ? metric.digits : metric.unit === "%" ? 2 : 4);
const withDeviation = (mean, sd, metric) => inUnit(mean, metric) + (isNumber(sd) ? " ± " + inUnit(sd, metric) : "");
const signed = (x, metric) => (isNumber(x) && x > 0 ? "+" : "") + inUnit(x, metric);
const isDefect = (metric) => Boolean(metric.defect) && isNumber(metric.published);

const holding = (metric) => (metric.fails_too ? "fails too" : "holds");

const verdictCell = (metric) => {
  const wanted = isNumber(metric.at_least) ? ` (${inUnit(metric.at_least, metric)} wanted)` : "";
  if (metric.holds === true) return element("td", { class: "verdict holds" }, `✓ ${holding(metric)}${wanted}`);
  if (metric.holds === false) return element("td", { class: "verdict fails" }, "✗ below" + wanted);
  if (isDefect(metric)) return element("td", { class: "verdict defect" }, "defect of the report");
  return element("td", { class: "verdict" }, metric.note || dash);
};

// What is said once for a row, below its figures.
const explanationOf = (row) => {
  const wrong = row.metrics.find(isDefect);
  return wrong ? `Defect of the report: ${wrong.defect}.`.replace("..", ".") : null;
};

const metricLabel = (metric) => (metric.label || figureName(metric.metric)) + (metric.unit ? ` (${metric.unit})` : "");

const tableOf = (part, kind, head, body) =>
  element("div", { class: "scroll" }, element("table", { class: kind },
    element("caption", {}, part.title), element("thead", {}, element("tr", {}, head.map((name) => element("th", { scope: "col" }, name)))), element("tbody", {}, body)));

// A line for each figure of each row.
const longTable = (part) => {
  const rows = part.rows.flatMap((row) => {
    const explanation = explanationOf(row);
    const lines = row.metrics.map((metric, i) => element("tr", { class: i === 0 ? "first" : null },
      i === 0 ? element("th", { scope: "rowgroup", rowspan: row.metrics.length + (explanation ? 1 : 0) }, row.name) : null,
      element("td", {}, metricLabel(metric)),
      [withDeviation(metric.published, metric.published_sd, metric), withDeviation(metric.mean, metric.sd, metric),
        inUnit(metric.best, metric), signed(metric.difference, metric)].map((text) => element("td", { class: "number" }, text)),
      verdictCell(metric)));
    return explanation ? [...lines, element("tr", {}, element("td", { colspan: 6, class: "explanation defect" }, explanation))] : lines;
  });
  return tableOf(part, "study", ["", "Figure", "Published", "Ours, mean ± SD", "Best seed", "Difference", "Verdict"], rows);
};

const verdictWord = (metric) => {
  const wanted = isNumber(metric.at_least) ? `, ${inUnit(metric.at_least, metric)} wanted` : "";
  if (metric.holds === true) return element("span", { class: "holds" }, ` ✓ ${holding(metric)}${wanted}`);
  if (metric.holds === false) return element("span", { class: "fails" }, " ✗ below" + wanted);
  return isDefect(metric) ? element("span", { class: "defect" }, " defect") : null;
};

const wideCell = (metric) =>
  element("td", {}, withDeviation(metric.mean, metric.sd, metric), verdictWord(metric),
    isNumber(metric.published) ? element("small", {}, `published ${withDeviation(metric.published, metric.published_sd, metric)}` +
      (isNumber(metric.difference) ? `, ${signed(metric.difference, metric)}` : "")) : null,
    isNumber(metric.sd) && !/epoch/.test(metric.metric) ? element("small", {}, `best seed ${inUnit(metric.best, metric)}`) : null);

const labelsOf = (rows) => [...new Set(rows.flatMap((row) => row.metrics.map(metricLabel)))];

// A line for each row and a column for each figure.
const wideTable = (part) => {
  const labels = labelsOf(part.rows);
  const rows = part.rows.flatMap((row) => {
    const explanation = explanationOf(row);
    const cells = labels.map((label) => row.metrics.find((metric) => metricLabel(metric) === label)).map((metric) => (metric ? wideCell(metric) : element("td", {}, dash)));
    const line = element("tr", { class: "first" }, element("th", { scope: "row" }, row.name), cells);
    return explanation ? [line, element("tr", {}, element("td"), element("td", { colspan: labels.length, class: "explanation defect" }, explanation))] : [line];
  });
  return tableOf(part, "study wide", ["Ours, mean ± SD", ...labels], rows);
};

// The best of their first figure first.
const bestFirst = (rows) => {
  const sign = /loss/.test(rows[0].metrics[0].metric) ? 1 : -1, mean = (row) => row.metrics[0].mean;
  return [...rows].sort((a, b) => (isNumber(mean(a)) && isNumber(mean(b)) ? sign * (mean(a) - mean(b)) : isNumber(mean(b)) - isNumber(mean(a))));
};

const mostColumns = 6;
const tableOfRows = (part) => {
  const columns = labelsOf(part.rows).length, compared = part.rows.some((row) => row.metrics.some((metric) => isNumber(metric.published)));
  return part.rows.length > 1 && columns <= mostColumns && (columns > 1 || !compared) ? wideTable(part) : longTable(part);
};

// Many rows are folded up.
const mostRows = 25;
const studyTable = (part) =>
  part.rows.length <= mostRows ? tableOfRows(part)
    : element("details", {}, element("summary", {}, `All ${part.rows.length} rows, the best first`), tableOfRows({ ...part, rows: bestFirst(part.rows) }));

// What is shown of a configuration with several seeds is one of its runs.
const whichRun = (run) => `seed ${run.seed}${run.fold ? `, fold ${run.fold}` : ""}`;
const runLabel = (part, label, run) => (part.rows.some((row) => (row.runs || []).length > 1) ? `${label}, ${whichRun(run)}` : label);

// The curves of one run for each row; which one is said once, where it is the same for all.
const studyCurves = (parent, names, part, curve) => {
  const entries = curve.runs.filter((entry) => isNumber(entry.id)).map((entry) => ({ label: entry.label, run: runs[entry.id] }));
  if (!entries.length) return;
  const same = entries.every(({ run }) => whichRun(run) === whichRun(entries[0].run));
  const labelled = same ? entries : entries.map(({ label, run }) => ({ label: runLabel(part, label, run), run }));
  curvesFigure(parent, `${names}-${curve.title}`, same ? runLabel(part, curve.title, entries[0].run) : curve.title, () => labelled, curve.metric);
};

// Published values beside ours, for the figures in per cent.
const publishedSpec = (values, width) => {
  const c = theme.colors, rows = rowsLayout(values.map((v) => v.name), width, 22, 380), kinds = ["published", "ours, mean ± SD"];
  const y = rows.middle("name");
  const symbol = (field, kind, shape) => ({
    type: "symbol", from: { data: "values" },
    encode: { update: { x: { scale: "x", field }, y, fill: { scale: "color", value: kind }, shape: { value: shape }, size: { value: 70 }, tooltip: { signal: `datum.name + ', ${kind}: ' + format(datum.${field}, '.2f') + ' %'` } } },
  });
  return {
    ...rows.frame,
    data: [{ name: "values", values }, rows.data],
    scales: [
      rows.scale,
      { name: "x", type: "linear", domain: { data: "values", fields: ["published", "low", "high"] }, range: "width", zero: false, nice: true },
      { name: "color", type: "ordinal", domain: kinds, range: [c.series[1], c.series[0]] },
      { name: "shape", type: "ordinal", domain: kinds, range: ["diamond", "circle"] },
    ],
    axes: [{ orient: "bottom", scale: "x", title: "Published and ours (%)", grid: true, tickCount: rows.ticks }, ...rows.axes],
    marks: [
      ...rows.marks,
      { type: "rule", from: { data: "values" }, encode: { update: { x: { scale: "x", field: "low" }, x2: { scale: "x", field: "high" }, y, stroke: { value: c.series[0] }, strokeWidth: { value: 2 } } } },
      symbol("published", kinds[0], "diamond"), symbol("mean", kinds[1], "circle"),
    ],
    legends: [{ fill: "color", shape: "shape", orient: "top", direction: "horizontal" }],
  };
};

const publishedFigure = (parent, name, part) => {
  const comparable = (m) => m.unit === "%" && isNumber(m.published) && isNumber(m.mean);
  const judged = part.rows.some((row) => (row.metrics || []).some((m) => comparable(m) && typeof m.holds === "boolean"));
  const shown = (row) => (row.metrics || []).filter((m) => comparable(m) && (!judged || typeof m.holds === "boolean" || isDefect(m)));
  const several = part.rows.some((row) => shown(row).length > 1);
  const values = part.rows.flatMap((row) => shown(row).map((m) => ({
    name: several ? `${row.name}, ${m.label}` : row.name, published: m.published, mean: m.mean, low: m.mean - (m.sd || 0), high: m.mean + (m.sd || 0),
  })));
  if (values.length < 2) return;
  new Figure(parent, {
    name, title: `${part.title}: published and ours`, height: 22 * values.length + 90,
    describe: () => values.map((v) => `${v.name}: published ${fixed(v.published, 2)} %, ours ${fixed(v.mean, 2)} %`).join("; ") + ".",
    table: () => ({ head: ["Row", "Published (%)", "Ours, mean (%)"], rows: values.map((v) => [v.name, fixed(v.published, 2), fixed(v.mean, 2)]) }),
    spec: (width) => publishedSpec(values, width),
  });
};

const samplesFigure = (parent, name, samples) =>
  imagesFigure(parent, {
    name, title: samples.title, items: samples.images.map((image) => ({ url: pictureUrl(image.pixels, samples.width || 28, samples.height || 28), lines: [image.label] })),
    describe: `${counted(samples.images.length, "image")}: ${samples.images.map((image) => image.label).join(", ")}.`, head: ["Position", "Class"],
    rows: samples.images.map((image, i) => [i + 1, image.label]), lines: 1, most: samples.kind === "first_64" ? 8 : 10,
    size: samples.kind === "first_64" ? 64 : 84, gap: samples.kind === "first_64" ? 8 : 12,
  });

const studyPart = (parent, prefix, part) => {
  const names = `${prefix}-${part.name}`;
  parent.append(element("h3", { id: "part-" + fileName(names) }, part.title || spelled(part.name)));
  if (part.note) parent.append(element("p", {}, part.note));
  if (part.rows.some((row) => (row.metrics || []).length)) {
    parent.append(studyTable({ ...part, rows: part.rows.filter((row) => (row.metrics || []).length) }));
    publishedFigure(parent, `${names}-published`, part);
  }
  if (part.samples) samplesFigure(parent, `${names}-samples`, part.samples);
  const curves = element("div", { class: "side-by-side" });
  parent.append(curves);
  for (const curve of part.curves || []) studyCurves(curves, names, part, curve);
  if (part.sweep) sweepFigures(parent, names, part.sweep);
  if (part.selected && isNumber(part.selected.id)) {
    const { row } = part.selected, run = { ...runs[part.selected.id], label: runLabel(part, row, runs[part.selected.id]) };
    parent.append(element("h3", {}, `Selected by ${part.selected.by_label || figureName(part.selected.by)}: ${row}`));
    if ((part.selected.metrics || []).length) parent.append(studyTable({ title: "The selected configuration", rows: [{ name: row, ...part.selected }] }));
    runFigures(parent, names, run);
  }
  for (const table of part.tables || []) parent.append(element("h4", {}, table.title), simpleTable({ head: table.columns, rows: table.rows }));
  (part.reconstructions || []).forEach((id, i) => {
    if (!isNumber(id) || !runs[id].pictures || !(runs[id].pictures.reconstructions || []).length) return;
    const row = part.rows.length === part.reconstructions.length ? part.rows[i].name : runs[id].label;
    reconstructionsFigure(parent, `${names}-reconstructions-${row}`, { ...runs[id], label: runLabel(part, row, runs[id]) });
  });
};

const judgement = "A published accuracy or F1 holds if our mean over the seeds is no lower than it minus 0.5 points; a published failure also if ours fails too: at most 20 %, twice chance level.";

const studySection = (parent, study) => {
  const metrics = study.parts.flatMap((part) => [...part.rows, part.selected || {}].flatMap((row) => row.metrics || []));
  const holds = metrics.filter((m) => m.holds === true).length, fails = metrics.filter((m) => m.holds === false).length, defects = metrics.filter(isDefect).length;
  if (study.source) parent.append(element("p", { class: "lead" }, study.source));
  const summary = holds + fails ? `${counted(holds, "figure")} ${holds === 1 ? "holds" : "hold"}, ${fails} ${fails === 1 ? "does" : "do"} not` : "Nothing was published to judge by";
  parent.append(element("p", {},
    summary + (defects ? `; ${counted(defects, "published number")} ${defects === 1 ? "is a defect" : "are defects"} of the report, with what is true beside it` : "") +
    `. ${duration(study.seconds)} of training.`));
  if (holds + fails) parent.append(element("p", { class: "status" }, judgement));
  if (study.command) parent.append(element("p", {}, "Made by ", element("code", {}, study.command)));
  for (const part of study.parts) studyPart(parent, study.study, part);
  if ((study.findings || []).length)
    parent.append(element("h3", {}, "Its findings"), element("ul", { class: "findings" }, study.findings.map((f) =>
      element("li", {}, element("strong", { class: "verdict " + ({ confirmed: "holds", refuted: "fails" }[f.verdict] || "") }, f.verdict), ` ${f.claim} `, element("span", { class: "figures" }, f.figures)))));
  if ((study.choices || []).length)
    parent.append(element("h3", {}, "What the report leaves unsaid, and was chosen here"), element("dl", { class: "choices" },
      study.choices.flatMap((choice) => [element("dt", {}, choice.what), element("dd", {}, choice.reason)])));
};
