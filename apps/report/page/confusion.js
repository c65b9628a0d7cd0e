// The confusion matrix: rows are true classes, columns what the network said. The colour is the share of the row, on a square
// root scale: on a linear one the mistakes would all look like nothing.

const confusionCells = (run) => {
  const names = classNames(run);
  return run.confusion.flatMap((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count, j) => ({ truth: names[i], said: names[j], count, rate: sum ? count / sum : 0, right: i === j }));
  });
};

const confusionCell = (run, width) => Math.min(66, (width - 100) / classNames(run).length);
const hasRoomForBoth = (run, width) => confusionCell(run, width) >= 42;

const confusionSpec = (run, width, show) => {
  const names = classNames(run);
  const cell = confusionCell(run, width), side = cell * names.length;
  const both = show === "both";
  const size = Math.max(7, Math.min(13, cell / 3.2));
  const rate = "(datum.rate === 0 ? '·' : format(100 * datum.rate, datum.rate >= 0.995 || datum.rate < 0.0995 ? '.1~f' : '.0~f'))";
  const textMark = (dy, value, fontSize) => ({
    type: "text", from: { data: "cells" }, interactive: false,
    encode: {
      update: {
        x: { scale: "x", field: "said", band: 0.5 }, y: { scale: "y", field: "truth", band: 0.5, offset: dy }, align: { value: "center" },
        baseline: { value: "middle" }, fontSize: { value: fontSize }, text: { signal: value },
        fontWeight: { signal: "datum.right ? 'bold' : 'normal'" },
        fill: { signal: "luminance(scale('color', datum.rate)) > 0.36 ? '#111111' : '#ffffff'" },
      },
    },
  });
  const texts = both
    ? [textMark(-size * 0.6, "format(datum.count, ',')", size), textMark(size * 0.7, `${rate} + (datum.rate ? ' %' : '')`, size * 0.82)]
    : [textMark(0, show === "rates" ? rate : "format(datum.count, ',')", size)];
  return {
    padding: 4, width: side, height: side,
    data: [{ name: "cells", values: confusionCells(run) }],
    scales: [
      { name: "x", type: "band", domain: names, range: [0, side] },
      { name: "y", type: "band", domain: names, range: [0, side] },
      { name: "color", type: "sqrt", domain: [0, 1], range: { scheme: "viridis" }, clamp: true },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "Predicted class", ...(names.some((name) => name.length > 3) ? { labelAngle: -45, labelAlign: "right", labelBaseline: "middle" } : { labelAngle: 0 }), labelOverlap: false, ticks: false, domain: false },
      { orient: "left", scale: "y", title: "True class", labelOverlap: false, ticks: false, domain: false, labelPadding: 6, labelLimit: 80 },
    ],
    marks: [
      {
        type: "rect", from: { data: "cells" },
        encode: {
          update: {
            x: { scale: "x", field: "said" }, y: { scale: "y", field: "truth" }, width: { scale: "x", band: 1 }, height: { scale: "y", band: 1 },
            fill: { scale: "color", field: "rate" }, stroke: { value: theme.colors.paper }, strokeWidth: { value: 1 },
            tooltip: { signal: "format(datum.count, ',') + ' of ' + datum.truth + ' taken for ' + datum.said + ' (' + format(100 * datum.rate, '.1f') + ' %)'" },
          },
        },
      },
      ...texts,
    ],
    legends: [{
      fill: "color", orient: width > side + 190 ? "right" : "bottom", title: "Share of the true class", encode: { labels: { update: { text: { signal: "format(100 * datum.value, '.0f') + ' %'" } } } }, values: [0, 0.05, 0.25, 0.5, 1],
      direction: width > side + 190 ? "vertical" : "horizontal", gradientLength: Math.min(200, side),
    }],
  };
};

const describeConfusion = (run) => {
  const wrong = confusionCells(run).filter((cell) => !cell.right && cell.count > 0).sort((a, b) => b.count - a.count).slice(0, 5);
  return `Test images of ${run.label}: ${percent(run.best.test_accuracy)} are classified correctly. ` +
    (wrong.length ? "The most frequent mistakes: " + wrong.map((w) => `${w.truth} taken for ${w.said}, ${counted(w.count, "time")} (${percent(w.rate, 1)})`).join("; ") + "." : "There are no mistakes.");
};

const confusionFigure = (parent, name, run) => {
  let chosen = "both";
  const shown = (width) => (chosen === "both" && !hasRoomForBoth(run, width) ? "counts" : chosen);
  const choice = (value, text) =>
    element("button", { type: "button", value, onclick: () => {
      chosen = value;
      figure.redraw();
    } }, text);
  const buttons = [choice("both", "Counts and rates"), choice("counts", "Counts"), choice("rates", "Rates (%)")];
  const press = () => {
    buttons[0].hidden = !hasRoomForBoth(run, figure.width);
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === shown(figure.width)));
  };
  const figure = new Figure(parent, {
    name, title: `Confusion matrix on the test images, ${run.label}`, height: 620,
    controls: element("span", { role: "group", "aria-label": "What the cells say" }, buttons),
    describe: () => describeConfusion(run),
    table: () => ({ head: ["True \\ predicted", ...classNames(run)], rows: run.confusion.map((row, i) => [classNames(run)[i], ...row]) }),
    spec: (width) => confusionSpec(run, width, shown(width)),
    drawn: press,
  });
  press();
  return figure;
};
