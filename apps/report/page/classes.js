// Precision, recall and F1 of each class.

const classFigures = ["precision", "recall", "f1"];
const classFigureNames = { precision: "Precision", recall: "Recall", f1: "F1" };

const classesSpec = (run, width) => {
  const values = run.classes.flatMap((row) =>
    classFigures.filter((key) => isNumber(row[key])).map((key) => ({ class: row.class, figure: classFigureNames[key], value: row[key] })));
  const names = classFigures.map((key) => classFigureNames[key]);
  const inner = Math.min(800, width - 8), height = 26 * run.classes.length;
  const lowest = Math.min(...values.map((v) => v.value));
  return {
    padding: 4, autosize: fitWidth, width: inner, height,
    data: [
      { name: "values", values },
      { name: "spans", source: "values", transform: [{ type: "aggregate", groupby: ["class"], fields: ["value", "value"], ops: ["min", "max"], as: ["low", "high"] }] },
    ],
    scales: [
      { name: "y", type: "band", domain: run.classes.map((row) => row.class), range: "height" },
      { name: "x", type: "linear", domain: [Math.max(0, Math.floor(lowest * 10 - 0.2) / 10), 1], range: "width", zero: false },
      { name: "color", type: "ordinal", domain: names, range: theme.colors.series },
      { name: "shape", type: "ordinal", domain: names, range: ["triangle-right", "square", "circle"] },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "Precision, recall, F1 (0 to 1)", grid: true, format: ".2~f", tickCount: Math.floor(inner / 60) },
      { orient: "left", scale: "y", title: "Class", ticks: false, domain: false, labelOverlap: false, labelPadding: 6 },
    ],
    marks: [
      {
        type: "rule", from: { data: "spans" },
        encode: { update: { x: { scale: "x", field: "low" }, x2: { scale: "x", field: "high" }, y: { scale: "y", field: "class", band: 0.5 }, stroke: { value: theme.colors.line }, strokeWidth: { value: 2 } } },
      },
      {
        type: "symbol", from: { data: "values" },
        encode: {
          update: {
            x: { scale: "x", field: "value" }, y: { scale: "y", field: "class", band: 0.5 }, fill: { scale: "color", field: "figure" },
            shape: { scale: "shape", field: "figure" }, size: { value: 80 }, opacity: { value: 0.9 },
            tooltip: { signal: "datum.class + ': ' + datum.figure + ' ' + format(datum.value, '.3f')" },
          },
        },
      },
    ],
    legends: [{ fill: "color", shape: "shape", orient: "top", direction: "horizontal", symbolSize: 90 }],
  };
};

const classesFigure = (parent, name, run) =>
  new Figure(parent, {
    name, title: `Precision, recall and F1 of each class, ${run.label}`, height: 26 * run.classes.length + 90,
    describe: () => {
      const order = run.classes.filter((row) => isNumber(row.f1)).sort((a, b) => a.f1 - b.f1);
      return order.length ? `F1 is lowest for ${order[0].class} (${fixed(order[0].f1, 3)}) and highest for ${last(order).class} (${fixed(last(order).f1, 3)}).` : "";
    },
    table: () => ({ head: ["Class", "Precision", "Recall", "F1", "Images"], rows: run.classes.map((row) => [row.class, fixed(row.precision, 3), fixed(row.recall, 3), fixed(row.f1, 3), row.support]) }),
    spec: (width) => classesSpec(run, width),
  });
