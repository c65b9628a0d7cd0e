// A table that sorts by any column and shows the rows that contain all words of a filter.

const rowsAtOnce = 25;

class DataTable {
  // columns: {title, value(row) to sort by, text(row), cell(row) instead of a text, unit}
  constructor(parent, { columns, rows, caption, sort, descending }) {
    Object.assign(this, { columns, rows, shown: rowsAtOnce, sortBy: sort ?? -1, descending: descending ?? false });
    this.search = rows.map((row) => columns.map((c) => (c.text ? c.text(row) : "")).join(" ").toLowerCase());
    this.words = "";
    this.body = element("tbody");
    this.status = element("p", { class: "status", role: "status" });
    this.more = element("button", { type: "button", onclick: () => this.showMore() }, "Show all");
    const filter = element("input", { type: "search", placeholder: "Filter: words, or test accuracy > 88", oninput: () => this.filter(filter.value) });
    this.heads = columns.map((column, i) =>
      element("th", { scope: "col" }, column.value ? element("button", { type: "button", onclick: () => this.sort(i) }, column.title) : column.title));
    parent.append(
      element("label", { class: "filter" }, "Filter ", filter),
      element("p", { class: "status" }, caption),
      this.status,
      element("div", { class: "scroll" },
        element("table", { class: "sortable", "aria-label": caption }, element("thead", {}, element("tr", {}, this.heads)), this.body)),
      this.more);
    this.show();
  }

  sort(i) {
    this.descending = this.sortBy === i ? !this.descending : isNumber(this.columns[i].value(this.rows[0] || {}));
    this.sortBy = i;
    this.show();
  }

  filter(words) {
    this.words = words;
    this.shown = rowsAtOnce;
    this.show();
  }

  showMore() {
    this.shown = Infinity;
    this.show();
  }

  // "column > number" compares; any other text must stand somewhere in the row.
  matches(i) {
    return this.words.toLowerCase().split(",").every((part) => {
      const comparison = part.match(/^\s*(.+?)\s*(<=|>=|<|>|=)\s*(-?[\d.]+(?:e-?\d+)?)\s*%?\s*$/);
      const column = comparison && this.columns.find((c) => c.title.toLowerCase().startsWith(comparison[1]));
      if (!column || !column.value) return part.split(/\s+/).every((word) => this.search[i].includes(word));
      const value = column.value(this.rows[i]) * (column.scale || 1), bound = Number(comparison[3]);
      return { "<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound, "=": value === bound }[comparison[2]];
    });
  }

  ordered() {
    const kept = this.rows.filter((_, i) => this.matches(i));
    if (this.sortBy < 0) return kept;
    const value = this.columns[this.sortBy].value, sign = this.descending ? -1 : 1;
    const missing = (x) => x === null || x === undefined || Number.isNaN(x);
    return kept.sort((a, b) => {
      const x = value(a), y = value(b);
      if (missing(x) || missing(y)) return missing(x) - missing(y);
      return sign * (isNumber(x) && isNumber(y) ? x - y : naturalOrder(String(x), String(y)));
    });
  }

  show() {
    const rows = this.ordered(), visible = rows.slice(0, this.shown);
    this.heads.forEach((head, i) => {
      if (i === this.sortBy) head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.body.replaceChildren(...visible.map((row) =>
      element("tr", {}, this.columns.map((c) => element("td", { class: c.number ? "number" : null }, c.cell ? c.cell(row) : c.text(row))))));
    this.status.textContent = rows.length === this.rows.length ? "" : `${rows.length} of ${this.rows.length} match`;
    this.more.hidden = visible.length === rows.length;
    this.more.textContent = `Show all ${rows.length}`;
  }
}
