// Grids of images: samples, confused images, first-layer weights, originals beside reconstructions.

// items: [{url, lines: [text under the image, …]}]
const imagesSpec = (items, width, { size: wanted = 84, most = 12, atLeast = 1, lines = 0, gap = 12 } = {}) => {
  const size = Math.min(wanted, Math.floor((width - 8 + gap) / atLeast) - gap);
  const room = Math.max(1, Math.floor((width - 8 + gap) / (size + gap)));
  const columns = Math.min(items.length, most, room);
  const height = size + 15 * lines + gap;
  const values = items.map((item, i) => ({ url: item.url, lines: item.lines || [], text: (item.lines || []).join(", "), x: (i % columns) * (size + gap), y: Math.floor(i / columns) * height }));
  const line = (i) => ({
    type: "text", from: { data: "items" }, interactive: false,
    encode: {
      update: {
        x: { field: "x", offset: size / 2 }, y: { field: "y", offset: size + 12 + 15 * i }, align: { value: "center" }, fontSize: { value: 11 },
        text: { signal: `datum.lines[${i}] || ''` }, limit: { value: size + gap - 2 }, fill: { value: i ? theme.colors.quiet : theme.colors.text },
      },
    },
  });
  return {
    padding: 4, width: columns * (size + gap) - gap, height: Math.ceil(items.length / columns) * height - gap,
    data: [{ name: "items", values }],
    marks: [
      {
        type: "image", from: { data: "items" },
        encode: { update: { x: { field: "x" }, y: { field: "y" }, width: { value: size }, height: { value: size }, url: { field: "url" }, smooth: { value: false }, tooltip: { field: "text" }, description: { field: "text" } } },
      },
      ...Array.from({ length: lines }, (_, i) => line(i)),
    ],
  };
};

const imagesFigure = (parent, { name, title, note, items, describe, head, rows, ...layout }) =>
  new Figure(parent, {
    name, title, note, height: 160, describe: () => describe, table: () => ({ head, rows }), spec: (width) => imagesSpec(items, width, layout),
  });

const labelText = (run, label) => (isNumber(label) ? classNames(run)[label] ?? String(label) : String(label));

const confusedFigure = (parent, name, run) => {
  const { width, height, confused } = run.pictures;
  const rows = confused.map((image) => [labelText(run, image.label), labelText(run, image.predicted), percent(image.confidence, 1), image.index]);
  return imagesFigure(parent, {
    name, title: `The most confidently confused test images, ${run.label}`,
    note: "Under each image its true class, what the network said instead, and how sure it was.",
    items: confused.map((image, i) => ({ url: pictureUrl(image.pixels, width, height), lines: [rows[i][0], "→ " + rows[i][1], rows[i][2]] })),
    describe: rows.map((row) => `${row[0]} taken for ${row[1]} (${row[2]})`).join("; ") + ".",
    head: ["True class", "Predicted class", "Confidence", "Test image"], rows, lines: 3, most: 12,
  });
};

// Weights from negative over none to positive, as byte 0 to 255 with 128 for none.
const weightColor = () => {
  const scheme = vega.scheme("blueorange");
  const table = Array.from({ length: 256 }, (_, v) => scheme(1 - Math.min(1, Math.max(0, 0.5 + (v - 128) / 254))).match(/\d+/g).slice(0, 3).map(Number));
  return (v) => table[v];
};

const weightsFigure = (parent, name, run) => {
  const { width, height, first_layer: units } = run.pictures;
  const color = weightColor();
  return imagesFigure(parent, {
    name, title: `First-layer weights, ${run.label}`,
    note: "Each image is one unit: blue pixels make it fire, orange ones hold it back, pale ones do not matter; each has its own scale.",
    items: units.map((unit) => ({ url: pictureUrl(unit.pixels, width, height, color), lines: [`unit ${unit.unit}, largest weight ${fixed(unit.scale, 3)}`] })),
    describe: `The weights of the first ${units.length} units as images; the largest weight of each lies between ${fixed(Math.min(...units.map((u) => u.scale)), 3)} and ${fixed(Math.max(...units.map((u) => u.scale)), 3)}.`,
    head: ["Unit", "Largest weight"], rows: units.map((unit) => [unit.unit, fixed(unit.scale, 4)]), size: 56, gap: 4, most: 16, atLeast: 8,
  });
};

const reconstructionsFigure = (parent, name, run) => {
  const { width, height, reconstructions } = run.pictures;
  const pairs = reconstructions.map((pair) => ({ label: labelText(run, pair.label), original: pictureUrl(pair.original, width, height), copy: pictureUrl(pair.reconstruction, width, height) }));
  return new Figure(parent, {
    name, title: `Originals and reconstructions, ${run.label}`, height: 200, note: "Above the original, below what the network made of it.",
    describe: () => `${counted(pairs.length, "test image")}, each with its reconstruction: ${pairs.map((pair) => pair.label).join(", ")}.`,
    table: () => ({ head: ["Test image", "Class"], rows: reconstructions.map((pair, i) => [pair.index, pairs[i].label]) }),
    spec: (space) => reconstructionsSpec(pairs, space),
  });
};

const reconstructionsSpec = (pairs, width) => {
  const size = 76, gap = 10, columns = Math.max(1, Math.min(pairs.length, Math.floor((width - 8 + gap) / (size + gap)))), height = 2 * size + 34;
  const values = pairs.map((pair, i) => ({ ...pair, x: (i % columns) * (size + gap), y: Math.floor(i / columns) * height }));
  const image = (field, offset) => ({
    type: "image", from: { data: "pairs" },
    encode: { update: { x: { field: "x" }, y: { field: "y", offset }, width: { value: size }, height: { value: size }, url: { field }, smooth: { value: false } } },
  });
  return {
    padding: 4, width: columns * (size + gap) - gap, height: Math.ceil(pairs.length / columns) * height - 12,
    data: [{ name: "pairs", values }],
    marks: [image("original", 0), image("copy", size + 3), {
      type: "text", from: { data: "pairs" },
      encode: { update: { x: { field: "x", offset: size / 2 }, y: { field: "y", offset: 2 * size + 16 }, align: { value: "center" }, fontSize: { value: 11 }, text: { field: "label" }, limit: { value: size + gap } } },
    }],
  };
};
