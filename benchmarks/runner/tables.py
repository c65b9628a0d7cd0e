"""Tables in Markdown, aligned so that they read well in a terminal too."""


def table(header, rows):
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]

    def line(row):
        first, *others = (cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths)))
        return "| " + " | ".join([first, *others]) + " |"

    rule = "|" + "|".join("-" * (width + 2) if not i else "-" * (width + 1) + ":" for i, width in enumerate(widths)) + "|"
    return "\n".join([line(cells[0]), rule, *(line(row) for row in cells[1:])]) + "\n"


def whole(number):
    return f"{number:,.0f}"


def with_range(spread, form="{:.2f}"):
    """The median, and the middle half in brackets where there is more than one number."""
    if spread is None:
        return "–"
    text = form.format(spread.median)
    return text if spread.count == 1 else f"{text} [{form.format(spread.low)}–{form.format(spread.high)}]"
