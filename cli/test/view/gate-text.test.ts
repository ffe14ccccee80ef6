import { boundsOf, gatesInWords, valueOf } from '../../src/view/gate-text.js';

test('a success rate is a percentage, a latency is in milliseconds, all else is a number', () => {
  const gates = [
    { name: 'success-rate', value: 0.9982, min: 0.99, passed: true },
    { name: 'p99-latency', value: 512.4, max: 500, passed: false },
    { name: 'errors', value: 3, max: 5, passed: true },
    { name: 'queue', value: 12, min: 10, max: 20, passed: true },
  ];
  expect(gatesInWords(gates)).toBe(
    'success-rate 99.82% (>= 99%) passed; p99-latency 512.4ms (<= 500ms) failed; errors 3 (<= 5) passed; queue 12 (>= 10, <= 20) passed');
});

test.each([
  [0.989996, 0.99, '98.9996%'],
  [0.99, 0.99, '99%'],
  [0.9900004, 0.99, '99.00004%'],
  [0.5, 0.99, '50%'],
])('a success rate of %d is never rounded to the bound of %d', (value, min, text) => {
  expect(valueOf({ name: 'success-rate', value, min, passed: true })).toBe(text);
});

test('no value is no data', () => {
  expect(valueOf({ name: 'errors', max: 1, passed: false })).toBe('no data');
});

test('small values keep their digits', () => {
  expect(valueOf({ name: 'errors', value: 0.00012345, max: 1, passed: true })).toBe('0.000123');
});

test('bounds are written as people think of them', () => {
  expect(boundsOf({ name: 'success-rate', min: 0.999, passed: true })).toBe('>= 99.9%');
  expect(boundsOf({ name: 'any', passed: true })).toBe('');
});
