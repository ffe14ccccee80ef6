import { isWebAddress } from '../../src/private/web-address';

test.each(['https://example.com', 'http://example.com:8080/a/b.wasm?c=d', 'http://[::1]/', 'http://a_b/'])('%s is an address', (uri) => {
  expect(isWebAddress(uri)).toBe(true);
});

test.each([undefined, 1, '', 'example.com', 'ftp://example.com', 'HTTP://example.com', 'https:///a', 'https://a b', 'https://a/#b', 'https://a:99999', 'http://[::1'])('%p is none', (uri) => {
  expect(isWebAddress(uri)).toBe(false);
});
