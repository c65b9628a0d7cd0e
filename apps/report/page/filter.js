// The filter of a table. Parts between commas all must hold: "column > number" or "column = value" compares, any other words must
// stand somewhere in the row.

const shortForms = { validation: "val", training: "train", lr: "learning rate" };
const comparable = (name) => name.toLowerCase().split(/[\s._-]+/).filter(Boolean).map((word) => shortForms[word] || word).join(" ");

// The column that a name means: that of this name, else the first that begins with it, else the first that contains it. Only
// numbers have an order.
const columnNamed = (columns, name, ordered) => {
  const wanted = comparable(name);
  const fitting = columns.filter((c) => c.value && (c.number || !ordered)).map((column) => ({ column, name: comparable(column.title) }));
  const found = fitting.find((c) => c.name === wanted) || fitting.find((c) => c.name.startsWith(wanted)) || fitting.find((c) => c.name.includes(wanted));
  return wanted && found ? found.column : null;
};

const unitFactors = { s: 1, min: 60, h: 3600, "%": 1 };
const numberOf = (text) => {
  const parts = text.match(/^([+−-]?[\d.,]+(?:e[+-]?\d+)?)\s*(s|min|h|%)?$/);
  return parts ? Number(parts[1].replace(/,/g, "").replace("−", "-")) * unitFactors[parts[2] || "s"] : NaN;
};

const close = (x, y) => Math.abs(x - y) <= 1e-9 * Math.abs(y);
const comparisons = { "<": (x, y) => x < y, ">": (x, y) => x > y, "<=": (x, y) => x <= y || close(x, y), ">=": (x, y) => x >= y || close(x, y), "=": close };

// What a row without a value, or with words instead of a number, never passes.
const comparisonOf = (columns, name, sign, text) => {
  const column = columnNamed(columns, name, sign !== "="), bound = numberOf(text);
  if (!column) return { says: `there is no column “${name}”${sign === "=" ? "" : " of numbers"}`, passes: () => false };
  const says = `${column.title} ${sign} ${text}`;
  if (sign === "=" && (Number.isNaN(bound) || !column.number)) return { says, passes: (row) => column.text(row).toLowerCase() === text };
  if (Number.isNaN(bound)) return { says: `“${text}” is no number`, passes: () => false };
  return { says, passes: (row) => isNumber(column.value(row)) && comparisons[sign](column.value(row) * (column.scale || 1), bound) };
};

// For each part {says, passes(row, words of the row)}; a comparison that is not yet complete lets all pass.
const filterParts = (columns, text) =>
  text.toLowerCase().split(",").map((part) => {
    const comparison = part.match(/^\s*([^<>=]+?)\s*(<=|>=|<|>|=)\s*(.*?)\s*$/);
    if (!comparison) return { says: "", passes: (_, words) => part.split(/\s+/).every((word) => words.includes(word)) };
    return comparison[3] ? comparisonOf(columns, ...comparison.slice(1)) : { says: "", passes: () => true };
  });
