// The metric of every run against the order in which the runs were created, with the best so far.

const historySpec = (points, width, metric) => {
  const c = theme.colors, inner = width - 8, height = 260, values = points.map((point) => point.value);
  const stopped = points.some((point) => point.kind === "stopped early");
  const names = ["run", ...(stopped ? ["stopped early"] : []), "best so far"];
  return {
    padding: 4, autosize: fitWidth, width: inner, height,
    data: [{ name: "points", values: points }],
    scales: [
      { name: "x", type: "linear", domain: [1, Math.max(2, points.reduce((most, p) => Math.max(most, p.order), 1))], range: "width", zero: false },
      { name: "y", ...valueScale(values), domain: { data: "points", field: "value" }, range: "height" },
      { name: "color", type: "ordinal", domain: names, range: stopped ? [c.series[0], c.series[3], c.series[1]] : [c.series[0], c.series[1]] },
      { name: "shape", type: "ordinal", domain: names, range: stopped ? ["circle", "cross", "stroke"] : ["circle", "stroke"] },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "Run, in the order of creation", format: "d", tickMinStep: 1, tickCount: Math.floor(inner / 60) },
      { orient: "left", scale: "y", title: metric.title, grid: true, tickCount: 6, ...valueAxis(values) },
    ],
    marks: [
      {
        type: "symbol", from: { data: "points" },
        encode: { update: { x: { scale: "x", field: "order" }, y: { scale: "y", field: "value" }, fill: { scale: "color", field: "kind" }, shape: { scale: "shape", field: "kind" }, size: { value: points.length > 300 ? 18 : 40 }, opacity: { value: 0.75 }, tooltip: { signal: "datum.name + ': ' + format(datum.value, '.4~g')" } } },
      },
      {
        type: "line", from: { data: "points" }, interactive: false,
        encode: { update: { x: { scale: "x", field: "order" }, y: { scale: "y", field: "best" }, stroke: { value: c.series[1] }, strokeWidth: { value: 2 }, interpolate: { value: "step-after" } } },
      },
    ],
    legends: [{ fill: "color", stroke: "color", shape: "shape", orient: "top", direction: "horizontal", symbolSize: 60 }],
  };
};

const historyPoints = (sweep, metric) => {
  let best = null;
  return sweep.runs.map((run, i) => ({ run, order: i + 1 })).filter(({ run }) => isNumber(run.metric)).map(({ run, order }) => {
    const value = run.metric * metric.scale;
    best = best === null ? value : metric.higher ? Math.max(best, value) : Math.min(best, value);
    return { order, value, best, kind: run.status === "stopped" ? "stopped early" : "run", name: runName(run) };
  });
};

const historyFigure = (parent, name, sweep, metric) => {
  const points = historyPoints(sweep, metric);
  if (!points.length) return null;
  return new Figure(parent, {
    name, title: `${metric.title} over the order of creation`, height: 360,
    renderer: points.length > 600 ? "canvas" : "svg",
    describe: () => {
      const steps = points.filter((p, i) => i === 0 || p.best !== points[i - 1].best);
      return `The best ${metric.name} so far ${metric.higher ? "rose" : "fell"} in ${counted(steps.length, "step")}: ` + steps.slice(-6).map((p) => `${metric.written(p.best)} at run ${p.order}`).join(", ") + ".";
    },
    table: () => ({ head: ["Order", "Run", metric.title, "Best so far"], rows: points.map((p) => [p.order, p.name, metric.written(p.value), metric.written(p.best)]) }),
    spec: (width) => historySpec(points, width, metric),
  });
};
