/** The bounds that a count keeps in 999 of 1,000 runs, if each of `total` has this probability. */
export function interval(total: number, probability: number): [number, number] {
  const tail = 0.0005;
  const logFactorials = [0];
  for (let n = 1; n <= total; n++) {
    logFactorials.push(logFactorials[n - 1] + Math.log(n));
  }
  const mass = (k: number) => Math.exp(logFactorials[total] - logFactorials[k] - logFactorials[total - k]
    + (k && k * Math.log(probability)) + (total - k && (total - k) * Math.log(1 - probability)));
  let low = 0;
  for (let below = mass(0); below <= tail; below += mass(low)) {
    low++;
  }
  let high = total;
  for (let above = mass(total); above <= tail; above += mass(high)) {
    high--;
  }
  return [low, high];
}

/** Expects a share of requests, inside the 99.9% interval of chance. */
export function expectShare(count: number | undefined, total: number, probability: number): void {
  const [low, high] = interval(total, probability);
  expect(count ?? 0).toBeGreaterThanOrEqual(low);
  expect(count ?? 0).toBeLessThanOrEqual(high);
}
