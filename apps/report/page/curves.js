// Loss, accuracy and macro-F1 over the epochs: training solid, validation dashed, several runs in one chart.

const curvePanels = [
  { key: "loss", title: "Loss", train: "train_loss", validation: "val_loss", format: ".3~g" },
  { key: "accuracy", title: "Accuracy (%)", train: "train_accuracy", validation: "val_accuracy", format: ".3~g", scale: 100 },
  { key: "macro_f1", title: "Macro-F1", validation: "val_macro_f1", format: ".3~g" },
];

// Lines {panel, run (label), part, epoch, value} of [{label, run}].
const curvePoints = (entries, panels) =>
  entries.flatMap(({ label, run }) =>
    panels.flatMap((panel) =>
      ["train", "validation"].filter((part) => panel[part] && run.curves[panel[part]]).flatMap((part) =>
        run.curves[panel[part]].map((value, i) => ({
          panel: panel.key, run: label, part: part === "train" ? "training" : "validation", epoch: i + 1,
          value: isNumber(value) ? value * (panel.scale || 1) : null,
        })).filter((point) => point.value !== null))));

const curvePanel = (panel, values, width, height, many) => ({
  type: "group",
  encode: { enter: { width: { value: width }, height: { value: height } } },
  data: [
    { name: `all_${panel.key}`, source: "points", transform: [{ type: "filter", expr: `datum.panel === '${panel.key}'` }] },
    { name: `shown_${panel.key}`, source: `all_${panel.key}`, transform: [{ type: "filter", expr: "!indata('hidden', 'value', datum.run)" }] },
    // What the axis is for: what is shown; without any, all.
    { name: `axis_${panel.key}`, source: `all_${panel.key}`, transform: [{ type: "filter", expr: `!indata('hidden', 'value', datum.run) || !length(data('shown_${panel.key}'))` }] },
  ],
  scales: [
    { name: "x", type: "linear", range: "width", domain: { signal: "epochs" }, nice: false, zero: false, range: [0, width] },
    { name: "y", ...valueScale(values), range: [height, 0], domain: { data: `axis_${panel.key}`, field: "value" } },
  ],
  axes: [
    { orient: "bottom", scale: "x", title: "Epoch", tickMinStep: 1, format: "d", tickCount: Math.max(2, Math.floor(width / 50)) },
    { orient: "left", scale: "y", title: panel.title, grid: true, gridScale: "x", tickCount: 5, format: panel.format },
  ],
  marks: [
    {
      type: "group",
      from: { facet: { name: "line", data: `shown_${panel.key}`, groupby: ["run", "part"] } },
      marks: [
        {
          type: "line", from: { data: "line" }, interactive: false,
          encode: {
            update: {
              x: { scale: "x", field: "epoch" }, y: { scale: "y", field: "value" }, stroke: { scale: "color", field: "run" },
              strokeDash: { scale: "dash", field: "part" }, strokeWidth: { value: 2 },
            },
          },
        },
        {
          type: "symbol", from: { data: "line" },
          encode: {
            update: {
              x: { scale: "x", field: "epoch" }, y: { scale: "y", field: "value" }, fill: { scale: "color", field: "run" },
              size: { value: many ? 6 : 18 },
              tooltip: { signal: `datum.run + ', ' + datum.part + ', epoch ' + datum.epoch + ': ' + format(datum.value, '.4~g')` },
            },
          },
        },
      ],
    },
  ],
});

const curvesSpec = (entries, panels, colors, width) => {
  const c = theme.colors;
  const columns = width >= 700 ? panels.length : 1;
  const inner = Math.min(620, Math.floor(width / columns) - (columns > 1 ? 82 : 72));
  const points = curvePoints(entries, panels);
  const epochs = points.reduce((most, point) => Math.max(most, point.epoch), 1);
  const entry = (name, more) => ({ name, interactive: true, update: { ...more, opacity: { signal: "indata('hidden', 'value', datum.value) ? 0.3 : 1" } } });
  return {
    padding: 4,
    autosize: "pad",
    signals: [{ name: "clicked", value: null, on: [{ events: "@entry_line:click, @entry_name:click", update: "{value: datum.value}", force: true }] },
      { name: "epochs", value: epochs > 1 ? [1, epochs] : [0.5, 1.5] }],
    data: [
      { name: "points", values: points },
      { name: "hidden", on: [{ trigger: "clicked", toggle: "clicked" }] },
    ],
    scales: [
      { name: "color", type: "ordinal", domain: entries.map((e) => e.label), range: colors },
      { name: "dash", type: "ordinal", domain: ["training", "validation"], range: [[1, 0], [5, 4]] },
      { name: "ink", type: "ordinal", domain: ["training", "validation"], range: [c.text] },
    ],
    layout: { columns, padding: { row: 34, column: 26 }, bounds: "full", align: "each" },
    marks: panels.map((panel) => curvePanel(panel, points.filter((point) => point.panel === panel.key).map((point) => point.value), inner, 230, epochs > 40)),
    legends: [
      { stroke: "ink", strokeDash: "dash", symbolType: "stroke", symbolSize: 500, orient: "bottom", direction: "horizontal" },
      {
        stroke: "color", symbolType: "stroke", symbolSize: 300, symbolStrokeWidth: 4, orient: "bottom", direction: "vertical",
        columns: Math.max(1, Math.floor((width - 60) / (46 + 6.6 * Math.max(...entries.map((e) => e.label.length))))), labelLimit: Math.min(360, width - 60),
        encode: { symbols: entry("entry_line", {}), labels: entry("entry_name", { cursor: { value: "pointer" } }) },
      },
    ],
  };
};

const describeCurves = (entries, panels) =>
  entries.map(({ label, run }) =>
    `${label}: ` + panels.map((panel) => {
      const key = panel.validation && hasCurve(run, panel.validation) ? panel.validation : panel.train;
      if (!key || !hasCurve(run, key)) return null;
      return `${figureName(key)} from ${figureText(key, run.curves[key][0])} to ${figureText(key, last(run.curves[key]))}`;
    }).filter(Boolean).join(", ") + ` over ${counted(run.epochs, "epoch")}.`).join(" ");

const curvesTable = (entries, panels) => {
  const keys = panels.flatMap((panel) => [panel.train, panel.validation]).filter(Boolean);
  return {
    head: ["Run", "Epoch", ...keys.map(figureName)],
    rows: entries.flatMap(({ label, run }) =>
      Array.from({ length: run.epochs }, (_, i) => [label, i + 1, ...keys.map((key) => figureText(key, (run.curves[key] || [])[i]))])),
  };
};

const hiddenRuns = (view) => view.data("hidden").map((item) => item.value);

// Buttons that do what clicks on the legend do, for the keyboard: seen while one of them has the focus.
const curveButtons = (group, view, entries) => {
  const buttons = entries.map(({ label }) =>
    element("button", { type: "button", onclick: () => view.signal("clicked", { value: label }).runAsync() }, label));
  const press = () => {
    const hidden = hiddenRuns(view);
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(!hidden.includes(button.textContent))));
  };
  view.addDataListener("hidden", press);
  press();
  group.replaceChildren(...buttons);
};

// A run keeps its colour for as long as it is shown, whichever others come and go; a new one takes the first that is free.
// `slots` has the position of each run's colour.
const curveColors = (slots, labels) => {
  const all = [...theme.colors.series, ...theme.colors.more];
  for (const label of [...slots.keys()]) if (!labels.includes(label)) slots.delete(label);
  for (const label of labels) {
    if (slots.has(label)) continue;
    const taken = new Set(slots.values());
    let slot = 0;
    while (taken.has(slot)) ++slot;
    slots.set(label, slot);
  }
  return labels.map((label) => all[slots.get(label) % all.length]);
};

// entries() gives the runs to show at that moment: [{label, run}].
const curvesFigure = (parent, name, title, entries, only) => {
  const panels = () =>
    curvePanels.filter((panel) => (!only || panel.key === only) &&
      entries().some(({ run }) => (panel.train && hasCurve(run, panel.train)) || (panel.validation && hasCurve(run, panel.validation))));
  const slots = new Map();
  const buttons = element("div", { class: "for-keyboard", role: "group", "aria-label": "Runs whose curves are shown" });
  return new Figure(parent, {
    name, title, height: 380, controls: buttons,
    note: "Click a run in the legend to hide it.",
    describe: () => describeCurves(entries(), panels()),
    table: () => curvesTable(entries(), panels()),
    nothing: () => (panels().length ? "" : entries().length ? "These runs have no epoch yet." : "Tick runs in the table to see their curves."),
    spec: (width) => curvesSpec(entries(), panels(), curveColors(slots, entries().map((e) => e.label)), width),
    drawn: (view) => curveButtons(buttons, view, entries()),
    keep: hiddenRuns,
    restore: (view, hidden) => view.insert("hidden", hidden.map((value) => ({ value }))),
  });
};
