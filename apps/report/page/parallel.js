// Parallel coordinates: a line for each run over its parameters, coloured by the metric. Dragging along an axis keeps the runs
// that pass there; several axes together keep those that pass everywhere; a double click frees an axis.

const mostPoints = 12;  // an axis with more different values is continuous

const parallelAxes = (sweep, metric) => {
  const used = sweep.runs.filter((run) => isNumber(run.metric));
  const axes = sweep.parameters.map((parameter) => {
    const values = [...new Set(used.map((run) => run.parameters[parameter.name]))];
    const numeric = values.every(isNumber);
    const sorted = values.sort((a, b) => (numeric ? a - b : naturalOrder(String(a), String(b))));
    return { title: spelled(parameter.name), key: parameter.name, values: sorted, points: !numeric || sorted.length <= mostPoints, log: parameter.scale === "log" && sorted[0] > 0 };
  }).filter((axis) => axis.values.length > 1);
  const reached = used.map((run) => run.metric * metric.scale);
  return [...axes, { title: metric.title, metric: true, values: reached, log: wantsLog(reached) }];
};

// The runs as flat rows: a0, a1, … are the values on the axes, shift a small offset that keeps equal lines apart.
const parallelRows = (sweep, axes, metric) =>
  sweep.runs.filter((run) => isNumber(run.metric)).map((run, i) => {
    const row = { run: runName(run), metric: run.metric * metric.scale, shift: ((i * 0.618034) % 1) - 0.5 };
    axes.forEach((axis, k) => {
      const value = axis.metric ? row.metric : run.parameters[axis.key];
      row["a" + k] = axis.points ? plain(value) : value;
    });
    return row;
  });

const parallelScale = (axis, k, length, upward) => {
  const range = upward ? [length, 0] : [0, length];
  if (axis.points) return { name: "s" + k, type: "point", domain: axis.values.map(plain), range, padding: 0.5 };
  return { name: "s" + k, type: axis.log ? "log" : "linear", domain: [Math.min(...axis.values), Math.max(...axis.values)], range, nice: !axis.log, zero: false };
};

// Signals of one axis: brush_k is [from, to] in pixels along it, or null; touched_k where a finger came down. A finger brushes
// once it has moved along the axis; moved across, it scrolls the page, which ends the touch.
const brushSignals = (k, upright, length) => {
  const at = `clamp(${upright ? "y" : "x"}(), 0, ${length})`;
  const touched = {
    name: "touched_" + k, value: null,
    on: [{ events: `@hit_${k}:touchstart`, update: at }, { events: "window:touchend, window:touchcancel, window:pointercancel", update: "null" }],
  };
  const brush = {
    name: "brush_" + k, value: null,
    on: [
      { events: `@hit_${k}:mousedown`, update: `[${at}, ${at}]` },
      { events: `[@hit_${k}:mousedown, window:mouseup] > window:mousemove!`, update: `[brush_${k}[0], ${at}]` },
      { events: "window:touchmove", update: `touched_${k} === null || abs(${at} - touched_${k}) < 8 ? brush_${k} : [touched_${k}, ${at}]` },
      { events: `@hit_${k}:dblclick`, update: "null" },
      { events: { signal: "cleared" }, update: "null", force: true },
    ],
  };
  return [touched, brush];
};

// Labels stand over lines: first in the colour of the paper, and broad.
const haloed = (paper) => {
  const update = { stroke: { value: paper }, strokeWidth: { value: 4 }, fill: { value: paper } };
  return { labels: { update }, title: { update } };
};

const inLines = (title) => (title.length > 12 ? title.split(/ (?!\()/) : [title]);

const passes = (axes) =>
  axes.map((_, k) => `(!brush_${k} || abs(brush_${k}[1] - brush_${k}[0]) < 3 || inrange(scale('s${k}', datum.a${k}), [min(brush_${k}[0], brush_${k}[1]), max(brush_${k}[0], brush_${k}[1])]))`).join(" && ");

const parallelSpec = (sweep, metric, width) => {
  const c = theme.colors, axes = parallelAxes(sweep, metric), rows = parallelRows(sweep, axes, metric);
  const bounds = shadeBounds(rows), shades = viridis(bounds.length);
  if (!metric.higher) shades.reverse();
  const upright = width >= 700;  // axes upright, side by side; on a narrow page lying, one below the other
  const inner = upright ? width - 130 : width - 60;
  const length = upright ? 320 : inner;
  const step = upright ? inner / (axes.length - 1) : 74;
  const across = (k) => (upright ? { x: { value: k * step } } : { y: { value: k * step } });
  const shiftOf = (axis) => (axis.points ? ` + datum.shift * ${Math.min(26, (0.4 * length) / axis.values.length)}` : "");
  const coordinates = axes.map((axis, k) => {
    const place = `(scale('s${k}', datum.a${k})${shiftOf(axis)})`;
    return upright ? `'${k * step} ' + ${place}` : `${place} + ' ${k * step}'`;
  });
  const brush = (k) => ({
    type: "rect", interactive: false,
    encode: {
      update: {
        ...(upright
          ? { x: { value: k * step - 9 }, width: { value: 18 }, y: { signal: `brush_${k} ? min(brush_${k}[0], brush_${k}[1]) : 0` }, y2: { signal: `brush_${k} ? max(brush_${k}[0], brush_${k}[1]) : 0` } }
          : { y: { value: k * step - 9 }, height: { value: 18 }, x: { signal: `brush_${k} ? min(brush_${k}[0], brush_${k}[1]) : 0` }, x2: { signal: `brush_${k} ? max(brush_${k}[0], brush_${k}[1]) : 0` } }),
        fill: { value: c.text }, fillOpacity: { signal: `brush_${k} ? 0.18 : 0` }, stroke: { value: c.text }, strokeOpacity: { signal: `brush_${k} ? 0.8 : 0` },
      },
    },
  });
  const hit = (k) => ({
    type: "rect", name: "hit_" + k,
    encode: {
      update: {
        ...(upright ? { x: { value: k * step - 16 }, width: { value: 32 }, y: { value: 0 }, height: { value: length }, cursor: { value: "ns-resize" } }
          : { y: { value: k * step - 16 }, height: { value: 32 }, x: { value: 0 }, width: { value: length }, cursor: { value: "ew-resize" } }),
        fill: { value: "transparent" }, tooltip: { value: `Drag to filter by ${axes[k].title}; double-click to clear` },
      },
    },
  });
  const lines = (source, update) => ({
    type: "path", from: { data: source }, interactive: source === "active",
    encode: { update: { path: { signal: "'M' + " + coordinates.join(" + 'L' + ") }, ...update } },
  });
  const opacity = Math.max(0.15, Math.min(0.8, 30 / Math.sqrt(rows.length + 1) / 3));
  return {
    padding: { left: upright ? 60 : 24, right: upright ? 66 : 24, top: upright ? 46 : 30, bottom: 6 }, autosize: "none",
    width: upright ? inner : length, height: upright ? length + 70 : step * (axes.length - 1) + 160,
    signals: [{ name: "cleared", value: 0 }, { name: "axis_length", value: length }, { name: "upright", value: upright }, ...axes.flatMap((_, k) => brushSignals(k, upright, length))],
    data: [
      { name: "runs", values: rows, transform: [{ type: "formula", as: "inside", expr: passes(axes) }, { type: "formula", as: "kept", expr: "datum.inside ? datum.metric : null" }] },
      { name: "active", source: "runs", transform: [{ type: "filter", expr: "datum.inside" }, { type: "collect", sort: { field: "metric", order: metric.higher ? "ascending" : "descending" } }] },
      { name: "others", source: "runs", transform: [{ type: "filter", expr: "!datum.inside" }] },
      { name: "count", source: "runs", transform: [{ type: "aggregate", fields: ["inside", "kept", "kept"], ops: ["sum", metric.higher ? "max" : "min", "median"], as: ["count", "best", "median"] }] },
    ],
    scales: [
      ...axes.map((axis, k) => parallelScale(axis, k, length, upright)),
      { name: "color", type: "threshold", domain: bounds.slice(1), range: shades },
      { name: "shade", type: "ordinal", domain: bounds, range: shades },
    ],
    axes: axes.flatMap((axis, k) => [true, false].map((halo) => ({
      scale: "s" + k, orient: upright ? "left" : "bottom", offset: upright ? -k * step : k * step - (step * (axes.length - 1) + 160), zindex: 1,
      tickCount: 5, labelLimit: upright ? Math.max(40, step - 14) : 90, labelOverlap: axis.points ? false : true,
      title: upright ? inLines(axis.title) : axis.title, ...(halo ? { encode: haloed(c.paper), domain: false, ticks: false } : {}), ...(upright
        ? { titleAngle: 0, titleAlign: "center", titleX: 0, titleY: -10 - 13 * inLines(axis.title).length, titleLimit: Math.max(60, step - 6), titleBaseline: "top", titleLineHeight: 13, titleFontSize: 11 }
        : { titleAlign: "left", titleAnchor: "start", titleX: 0, titleY: -8, titleBaseline: "bottom" }),
      ...(axis.metric && upright ? { orient: "right", offset: k * step - inner } : {}), ...(axis.points ? {} : valueAxis(axis.values)),
    }))),
    legends: [{
      fill: "shade", type: "symbol", symbolType: "square", symbolSize: 160, orient: "none", direction: "horizontal", title: `${metric.title}, from`, titleLimit: 400, format: ".3~g",
      columns: upright ? bounds.length : 4, columnPadding: 12, legendX: upright ? Math.max(330, inner - 62 * bounds.length) : 0, legendY: upright ? length + 14 : step * (axes.length - 1) + 84,
    }],
    marks: [
      lines("others", { stroke: { value: c.faint }, strokeOpacity: { value: 0.25 }, strokeWidth: { value: 1 } }),
      lines("active", { stroke: { scale: "color", field: "metric" }, strokeOpacity: { value: opacity }, strokeWidth: { value: 1.6 }, tooltip: { signal: "datum.run + ': ' + format(datum.metric, '.4~g')" } }),
      ...axes.map((_, k) => brush(k)), ...axes.map((_, k) => hit(k)),
      {
        type: "text", from: { data: "count" },
        encode: { update: { x: { value: 0 }, y: { value: upright ? length + 30 : step * (axes.length - 1) + 70 }, fontSize: { value: 12 }, fill: { value: c.text }, limit: { value: width - 20 },
          text: { signal: `datum.count + ' of ${rows.length} runs' + (datum.count ? ': best ' + format(datum.best, '.4~g') + ', median ' + format(datum.median, '.4~g') + '${metric.unit}' : '')` } } },
      },
    ],
  };
};

// Each colour for equally many runs: a few that failed must not take all of them. A colour begins at each of these values.
const shadeBounds = (rows) => {
  const sorted = rows.map((row) => Number(row.metric.toPrecision(4))).sort((a, b) => a - b), count = 8;
  return [...new Set(Array.from({ length: count }, (_, i) => sorted[Math.floor((i * sorted.length) / count)]))];
};

// Of the scheme, the part that stands out from the paper: not the palest colours on white, not the darkest on black.
const viridis = (count) => {
  const [from, to] = theme.name === "light" ? [0, 0.92] : [0.35, 1];
  return Array.from({ length: count }, (_, i) => vega.scheme("viridis")(from + (i / Math.max(1, count - 1)) * (to - from)));
};

const runName = (run) => (run.id !== null && run.id !== undefined && runs[run.id] ? runs[run.id].label : last(String(run.run).split("/")));

// Brushes as shares of their axes: from the bottom of those that stand, from the left of those that lie.
const brushes = (view, count) => {
  const length = view.signal("axis_length"), upright = view.signal("upright");
  return Array.from({ length: count }, (_, k) => view.signal("brush_" + k)).map((brush) => brush && brush.map((at) => (upright ? length - at : at) / length));
};
const setBrushes = (view, shares) => {
  const length = view.signal("axis_length"), upright = view.signal("upright");
  shares.forEach((brush, k) => view.signal("brush_" + k, brush && brush.map((share) => (upright ? 1 - share : share) * length)));
};

const parallelFigure = (parent, name, sweep, metric) => {
  const clear = element("button", { type: "button", onclick: () => figure.view && figure.view.signal("cleared", figure.view.signal("cleared") + 1).runAsync() }, "Show all runs");
  const axes = parallelAxes(sweep, metric);
  const skipped = sweep.runs.filter((run) => !isNumber(run.metric)).length;
  const figure = new Figure(parent, {
    name, title: `Parameters and ${metric.name}`, height: 420, controls: clear, renderer: sweep.runs.length > 300 ? "canvas" : "svg",
    note: `A line for each run, coloured by ${metric.name}. Drag along an axis to keep the runs that pass there; double-click to free it.` +
      (skipped ? ` ${counted(skipped, "run")} without a result ${skipped === 1 ? "is" : "are"} not drawn.` : ""),
    describe: () => {
      const best = sweep.runs.filter((run) => isNumber(run.metric)).sort((a, b) => (metric.higher ? b.metric - a.metric : a.metric - b.metric))[0];
      return best ? `Of ${counted(sweep.runs.length, "run")} over ${axes.length - 1} parameters the best reached ${metric.text(best.metric)} with ` +
        axes.filter((axis) => !axis.metric).map((axis) => `${axis.title} ${plain(best.parameters[axis.key])}`).join(", ") + "." : "No run has a result.";
    },
    table: () => ({
      head: ["Run", ...axes.map((axis) => axis.title)],
      rows: sweep.runs.map((run) => [runName(run), ...axes.map((axis) => (axis.metric ? metric.text(run.metric) : run.parameters[axis.key]))]),
    }),
    spec: (width) => parallelSpec(sweep, metric, width),
    drawn: (view) => {
      figure.chart.classList.toggle("upright", view.signal("upright"));
      figure.chart.classList.toggle("lying", !view.signal("upright"));
    },
    keep: (view) => brushes(view, axes.length),
    restore: setBrushes,
  });
  return figure;
};
