import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Lab } from '../../test/lab/lab.js';
import type { Prometheus as RealPrometheus } from '../../test/lab/prometheus.js';
import { Prometheus, PrometheusError } from '../src/index.js';

let lab: Lab;
let real: RealPrometheus;
const servers: Server[] = [];

beforeAll(async () => {
  lab = await Lab.start({ istiod: false });
  real = await lab.prometheus();
});
afterAll(async () => {
  servers.forEach((server) => { server.closeAllConnections(); server.close(); });
  await lab?.stop();
});

/** Something at that address which is no Prometheus, or one behind something. */
async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a query', () => {
  test.each([
    ['1.5', 1.5], ['vector(2)', 2], ['vector(1) / vector(0)', Infinity], ['-vector(1) / vector(0)', -Infinity], ['vector(0) / vector(0)', undefined], ['nothing_of_that_name', undefined],
    ['sum(prometheus_of_nobody) or vector(3)', 3],
  ])('gives one number, or none: %s', async (query, value) => {
    expect(await new Prometheus(real.url).query(query)).toBe(value);
    expect(await new Prometheus(`${real.url}/`).query(query)).toBe(value);
  });

  test.each([
    ['vector(1) or label_replace(vector(2), "a", "b", "", "")', 'gives 2 series, expected one; aggregate them, for example with sum(...)'],
    ['up[1m]', 'gives a matrix, expected one number; aggregate it'],
    ['"text"', 'gives a string, expected one number; aggregate it'],
    ['sum(', 'sum( is refused by Prometheus: '],
  ])('that gives no number is an error: %s', async (query, message) => {
    const asked = new Prometheus(real.url).query(query);
    await expect(asked).rejects.toThrow(PrometheusError);
    await expect(asked).rejects.toThrow(message);
  });

  test('of a native histogram is an error', async () => {
    const url = await served((_, response) => response.end('{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}'));
    await expect(new Prometheus(url).query('up')).rejects.toThrow('up gives a histogram, expected one number; aggregate it');
  });

  test('brings the headers, and keeps the path of the address', async () => {
    const url = await served(({ headers, url: path }, response) => response.end(JSON.stringify({
      status: 'success', data: { resultType: 'scalar', result: [0, path === '/tenant/api/v1/query?query=up' && headers.authorization === 'Bearer secret' ? '1' : '0'] },
    })));
    expect(await new Prometheus(`${url}/tenant`, { headers: { authorization: 'Bearer secret' } }).query('up')).toBe(1);
  });

  test('of something else says so', async () => {
    const page = await served((_, response) => response.writeHead(404).end('<html>not here'));
    await expect(new Prometheus(page).query('up')).rejects.toThrow(`${page} answers with 404 "<html>not here", expected Prometheus; check its address`);
    const json = await served((_, response) => response.end('{}'));
    await expect(new Prometheus(json).query('up')).rejects.toThrow('answers with 200 "{}", expected Prometheus');
  });

  test('without an answer ends in time, and at once when it is interrupted', async () => {
    const silent = await served(() => undefined);
    await expect(new Prometheus(silent, { timeout: 100 }).query('up')).rejects.toThrow(`${silent} could not be asked (no answer within 100 ms), expected Prometheus; check its address`);
    await expect(new Prometheus(silent).query('up', AbortSignal.timeout(50))).rejects.toThrow(/abort|timeout/i);
  });
});
