// A table that sorts by any column and shows the rows that pass a filter.

const rowsAtOnce = 25;

class DataTable {
  // columns: {title, value(row) to sort by, text(row), cell(row) instead of a text, number, scale}
  constructor(parent, { columns, rows, caption }) {
    Object.assign(this, { columns, rows, shown: rowsAtOnce, sortBy: -1, descending: false, parts: [] });
    this.words = new Map(rows.map((row) => [row, columns.map((c) => c.text(row)).join(" ").toLowerCase()]));
    this.body = element("tbody");
    this.status = element("p", { class: "status", role: "status" });
    this.more = element("button", { type: "button", onclick: () => this.showMore() }, "Show all");
    const filter = element("input", { type: "search", placeholder: "optimizer = adam, val. loss < 0.4", oninput: () => this.filter(filter.value) });
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

  // Numbers begin with the largest.
  sort(i) {
    this.descending = this.sortBy === i ? !this.descending : this.rows.some((row) => isNumber(this.columns[i].value(row)));
    this.sortBy = i;
    this.show();
  }

  filter(text) {
    this.parts = filterParts(this.columns, text);
    this.shown = rowsAtOnce;
    this.show();
  }

  // The button goes away; who used it stands at the first of the new rows.
  showMore() {
    const before = this.body.rows.length;
    this.shown = Infinity;
    this.show();
    this.body.rows[before].querySelector("a, button, input").focus();
  }

  ordered() {
    const kept = this.rows.filter((row) => this.parts.every((part) => part.passes(row, this.words.get(row))));
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
    const said = this.parts.map((part) => part.says).filter(Boolean).join(", ");
    this.status.textContent = rows.length === this.rows.length && !said ? "" : `${rows.length} of ${this.rows.length} match${said ? ": " + said : ""}`;
    this.more.hidden = visible.length === rows.length;
    this.more.textContent = `Show all ${rows.length}`;
  }
}
