// Runs in a report of sweeps that are judged by a loss: writes down what their charts look like.
(async () => {
  const report = window.xgradReport, figure = (end) => report.figures.find((candidate) => candidate.name.endsWith(end));
  await report.drawAll();
  const result = { errors: window.seenErrors, problems: report.problems };
  const items = (item, type) => (item.marktype === type && item.role === "mark" ? item.items : (item.items || []).flatMap((child) => items(child, type)));
  const labels = (chart) => [...chart.chart.querySelectorAll(".role-axis-label text")].map((text) => text.textContent);

  const values = figure("-ordinary-values");
  result.plotWidth = values.view.width();
  result.bars = items(values.view.scenegraph().root, "rule").map((bar) => [Math.min(bar.x, bar.x2), Math.max(bar.x, bar.x2)]);
  result.history = figure("-ordinary-best-so-far").text.textContent;
  result.importance = figure("-ordinary-importance").chart.parentNode.querySelector("figcaption p").textContent;
  result.metricAxis = labels(figure("-extreme-parallel-coordinates"));

  // Hidden, the run that nearly diverged has no say in the axis any more.
  for (const box of document.querySelectorAll("#runs tbody input:not(:checked)")) box.click();
  const curves = figure("curves");
  await curves.redraw();
  result.losses = [labels(curves)];
  const largest = JSON.parse(document.getElementById("data").textContent).runs.find((run) => run.curves.train_loss.some((loss) => loss > 1e6));
  await curves.view.signal("clicked", { value: largest.label }).runAsync();
  result.losses.push(labels(curves));
  for (const name of curves.view.scale("color").domain()) if (name !== largest.label) await curves.view.signal("clicked", { value: name }).runAsync();
  result.hidden = curves.marks("line");

  // Of a matrix of ten classes, counts and rates; on a narrow page the button for both goes away.
  const confusion = figure("-confusion-matrix"), choices = [...confusion.chart.parentNode.querySelectorAll(".controls button")];
  const state = () => choices.map((choice) => (choice.hidden ? "hidden" : choice.getAttribute("aria-pressed")));
  result.confusion = [state()];

  // As seen on a narrow page in dark colours.
  report.theme.choice = "dark";
  report.applyTheme();
  for (const chart of report.figures) chart.chart.style.width = "340px";
  await report.redrawAll();
  result.confusion.push(state());
  result.narrow = figure("-ordinary-values").marks("text");
  leave(result);
})().catch((error) => leave({ failed: error.stack }));
