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

const AGAIN = 4;

/**
 * Expects shares of requests, each inside the 99.9% interval of chance. One share in a thousand is outside all the same, so
 * then four times as many requests decide, and the log says so.
 *
 * @param total how many requests `count` makes
 * @param shares the probability of each name
 * @param count makes requests, and counts the answers by name
 */
export async function expectShares(total: number, shares: Record<string, number>, count: () => Promise<Record<string, number>>): Promise<void> {
  let counts = await count();
  let requests = total;
  const outside = () => Object.entries(shares).filter(([name, probability]) => {
    const [low, high] = interval(requests, probability);
    return !((counts[name] ?? 0) >= low && (counts[name] ?? 0) <= high);
  });
  if (outside().length > 0) {
    process.stderr.write(`lab: ${JSON.stringify(counts)} of ${total} is outside the 99.9% interval of ${JSON.stringify(shares)}; ${AGAIN * total} more decide\n`);
    counts = {};
    requests = AGAIN * total;
    for (let time = 0; time < AGAIN; time++) {
      Object.entries(await count()).forEach(([name, more]) => counts[name] = (counts[name] ?? 0) + more);
    }
  }
  expect({ requests, counts, outside: outside() }).toEqual({ requests, counts, outside: [] });
}
