// Axes for values of any size.

// A few values, of runs that nearly diverged, would flatten all others.
const wantsLog = (values) => {
  const sorted = values.filter(isNumber).sort((a, b) => a - b);
  return sorted.length > 0 && sorted[0] > 0 && last(sorted) > 100 * sorted[Math.floor(sorted.length / 2)];
};

// Properties of a scale and of an axis for these values.
const valueScale = (values) => ({ type: wantsLog(values) ? "log" : "linear", zero: false, nice: true });
const valueAxis = (values) => (values.some((x) => Math.abs(x) >= 1e4) ? { format: ".3~g" } : {});
