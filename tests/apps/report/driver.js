// Runs in a report, in the browser: does what a person would, and leaves what happened in the element "result".
(async () => {
  const report = window.xgradReport, result = { errors: window.seenErrors, problems: report.problems };
  const figure = (end) => report.figures.find((candidate) => candidate.name.endsWith(end));
  const types = ["line", "path", "rect", "rule", "symbol", "image", "text"];
  const counts = (chart) => Object.fromEntries(types.map((type) => [type, chart.marks(type)]).filter(([, count]) => count));

  result.drawnAtOnce = report.figures.filter((candidate) => candidate.view).length;
  await report.drawAll();
  result.figures = report.figures.map((chart) => ({
    name: chart.name, marks: counts(chart), title: chart.options.title, text: chart.text.textContent, label: chart.chart.getAttribute("aria-label"),
    rows: chart.options.table().rows.length,
  }));

  // Brushing: first by the mouse along the first axis, then a second axis by its signal.
  const parallel = figure("-swept-parallel-coordinates"), view = parallel.view;
  const kept = () => parallel.view.data("active").map((run) => run.a0 + " " + run.a1);
  parallel.chart.scrollIntoView();
  const box = parallel.chart.getBoundingClientRect(), origin = view.padding();
  const at = (x, y) => ({ clientX: box.left + origin.left + x, clientY: box.top + origin.top + y, bubbles: true, view: window });
  result.all = kept();
  document.elementFromPoint(at(0, 2).clientX, at(0, 2).clientY).dispatchEvent(new MouseEvent("mousedown", at(0, 2)));
  window.dispatchEvent(new MouseEvent("mousemove", at(0, 150)));
  window.dispatchEvent(new MouseEvent("mouseup", at(0, 150)));
  await view.runAsync();
  result.brushed = kept();
  await view.signal("brush_1", [200, 320]).runAsync();
  result.brushedTwice = kept();
  result.faint = view.data("others").length;
  // Drawn anew with another width, where axes lie, and with the first one: the brushes stay.
  for (const [width, key] of [["400px", "brushedNarrow"], ["", "brushedWide"]]) {
    parallel.chart.style.width = width;
    await parallel.redraw();
    result[key] = kept();
  }
  await parallel.view.signal("cleared", 1).runAsync();
  result.cleared = kept().length;

  // Brushes that no run passes.
  await parallel.view.signal("brush_0", [0, 4]).runAsync();
  result.keptNone = parallel.view.data("count")[0].count;
  await parallel.view.signal("cleared", 2).runAsync();

  // A run in the legend hides and shows its lines.
  const curves = figure("curves"), lines = () => curves.marks("line");
  const label = curves.view.scale("color").domain()[0];
  result.lines = [lines()];
  for (let i = 0; i < 2; ++i) {
    await curves.view.signal("clicked", { value: label }).runAsync();
    result.lines.push(lines());
  }

  // Hidden runs stay hidden when the chart is drawn anew; buttons do what the legend does.
  const button = () => curves.chart.parentNode.querySelector(".for-keyboard button"), pressed = () => button().getAttribute("aria-pressed");
  result.pressed = [pressed()];
  button().click();
  await curves.view.runAsync();
  await curves.redraw();
  result.pressed.push(lines(), pressed());
  button().click();
  await curves.view.runAsync();
  result.pressed.push(lines(), pressed());

  // Runs keep their colours while another comes and goes; without any there is a word instead of a chart.
  const boxes = (kind) => [...document.querySelectorAll(`#runs tbody input${kind}`)];
  const names = curves.view.scale("color").domain(), colors = () => names.slice(1).map((name) => curves.view.scale("color")(name));
  const [first, ...others] = boxes(":checked");
  const tick = async (...clicked) => {
    for (const box of clicked) box.click();
    await curves.redraw();
  };
  result.colors = [colors()];
  await tick(first);
  result.colors.push(colors());
  await tick(...others);
  result.nothing = curves.chart.textContent;
  await tick(first, ...others);
  await tick(...boxes(":not(:checked)"));
  result.manyColors = new Set(curves.view.scale("color").domain().map((name) => curves.view.scale("color")(name))).size;
  await tick(...boxes("").filter((box) => box !== first && !others.includes(box)));

  // The table filters and sorts; a box in it takes a run out of the curves.
  const rows = () => [...document.querySelectorAll("#runs .sortable tbody tr")].map((row) => row.children[1].textContent);
  const filter = document.querySelector("#runs input[type=search]");
  const type = (text) => {
    filter.value = text;
    filter.dispatchEvent(new Event("input"));
    return rows().length;
  };
  result.rows = [rows().length, type("sgd"), type("val. accuracy > 85"), type("nothing at all"), type("")];
  const said = (text) => [type(text), document.querySelector("#runs [role=status]").textContent];
  result.filtered = Object.fromEntries([
    "optimizer = ADAM", "outcome = finished", "validation accuracy > 85", "lr > 0.005", "time < 3 s", "epochs run > 2", "val loss <= 0.4, sgd", "val. loss < 1000",
    "test accuracy > high", "test accuracy >", "momentum < 1",
  ].map((text) => [text, said(text)]));
  type("");
  result.focused = [];
  document.querySelector("#runs tbody a").click();
  await new Promise((ready) => setTimeout(ready, 0));
  result.focused.push(document.activeElement.id);
  const heads = [...document.querySelectorAll("#runs .sortable thead th")];
  const sortedBy = (title) => {
    const column = heads.findIndex((head) => head.textContent === title);
    heads[column].querySelector("button").click();
    return [...document.querySelectorAll("#runs .sortable tbody tr")].map((row) => row.children[column].textContent);
  };
  result.byLoss = sortedBy("Val. loss").filter((text) => text !== "–").map(Number);
  result.byName = [sortedBy("Run"), sortedBy("Run").reverse()];
  document.querySelector("#runs tbody input[type=checkbox]:checked").click();
  await curves.redraw();
  result.lines.push(lines());

  // What studies say before their tables; a table that is folded up.
  const study = (name) => [...document.querySelectorAll("main section")].find((part) => part.querySelector("h2").textContent.startsWith(name));
  result.study = study("S9").textContent;
  const folded = study("MANY").querySelector("details");
  result.many = { text: study("MANY").querySelector("p").textContent, open: folded.open, first: folded.querySelector("tbody th").textContent };

  // Another run in detail; dark colours.
  const chooser = document.getElementById("chosen-run");
  chooser.value = chooser.options[chooser.options.length - 1].value;
  chooser.dispatchEvent(new Event("change"));
  report.theme.choice = "dark";
  report.applyTheme();
  await report.redrawAll();
  await report.drawAll();
  result.afterwards = report.figures.every((candidate) => candidate.view && types.some((kind) => candidate.marks(kind)));
  result.hostile = rows().some((name) => name.includes("<" + "script>window.hacked = true<")) && !window.hacked;
  const saved = await Promise.all([curves, parallel].map(async (chart) => chart.titledView().toSVG()));
  result.saved = [saved[0].includes(">" + curves.options.title + "<"), saved[1].includes(">" + parallel.options.title + "<")];
  result.headings = [...document.querySelectorAll("h1, h2, h3, h4")].map((heading) => Number(heading.tagName[1]));

  leave(result);
})().catch((error) => leave({ failed: error.stack }));
