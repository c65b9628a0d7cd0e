// Charts with a row for each name. Where the page is wide, the names stand on the left; where it is narrow, above their rows.

const rowsLayout = (names, width, pitch, labelLimit = 260) => {
  const wide = width >= 700, inner = Math.min(800, width - 8), room = wide ? 0 : 16;
  const labels = {
    type: "text", from: { data: "names" }, interactive: false,
    encode: { update: { x: { value: 0 }, y: { scale: "y", field: "data", offset: 10 }, baseline: { value: "middle" }, fontSize: { value: 11 }, text: { field: "data" }, limit: { value: inner } } },
  };
  return {
    frame: { padding: 4, autosize: fitWidth, width: inner, height: (pitch + room) * names.length },
    data: { name: "names", values: names },
    scale: { name: "y", type: "band", domain: names, range: "height" },
    axes: wide ? [{ orient: "left", scale: "y", ticks: false, domain: false, labelLimit, labelOverlap: false, labelPadding: 6 }] : [],
    marks: wide ? [] : [labels],
    middle: (field) => ({ scale: "y", field, band: 0.5, offset: room / 2 }),
    ticks: Math.floor((wide ? inner - labelLimit : inner) / 60),
  };
};
