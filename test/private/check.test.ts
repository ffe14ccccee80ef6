import { Chart, Duration } from 'cdk8s';
import {
  count, flag, instance, limit, list, member, noUnknown, object, optionalList, optionalText, percentage, port, show, text, texts, whole,
} from '../../src/private/check';

enum Colour { RED = 'RED', BLUE = 'BLUE' }

describe('show', () => {
  test.each([
    ['text', '"text"'],
    ['', '""'],
    [7, '7'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [10n, '10'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, 'a function'],
    [{ a: [1, { b: 'c' }] }, '{"a":[1,{"b":"c"}]}'],
    [{ big: 10n }, '{"big":"10"}'],
    [{ timeout: Duration.seconds(1) }, '{"timeout":"a Duration"}'],
    [[1, 2], '[1,2]'],
    [new Map(), 'a Map'],
    [Duration.seconds(1), 'a Duration'],
    [Object.create(null), 'an object'],
  ])('%p is written as %s', (value, written) => {
    expect(show(value)).toBe(written);
  });

  test('shortens what is long', () => {
    expect(show('x'.repeat(1000))).toBe(`"${'x'.repeat(76)}...`);
  });

  test('bears constructs, which refer to each other in circles', () => {
    const chart = new Chart(undefined as any, 'chart');

    expect(show(chart)).toBe('a Chart');
    expect(show({ service: chart })).toBe('{"service":"a Chart"}');
  });
});

describe('noUnknown', () => {
  test('lets known properties and undefined ones pass', () => {
    expect(() => noUnknown('Thing', {})).not.toThrow();
    expect(() => noUnknown('Thing', { extra: undefined })).not.toThrow();
  });

  test.each([
    ['consecutiveErrors', 'Istio ignores it: use consecutive5xxErrors or consecutiveGatewayErrors of outlierDetection'],
    ['consecutive5xxErrors', 'it belongs to outlierDetection'],
    ['consecutiveGatewayErrors', 'it belongs to outlierDetection'],
    ['interval', 'it belongs to outlierDetection'],
    ['baseEjectionTime', 'it belongs to outlierDetection'],
    ['maxEjectionPercent', 'it belongs to outlierDetection'],
    ['minHealthPercent', 'it belongs to outlierDetection'],
    ['splitExternalLocalOriginErrors', 'it belongs to outlierDetection'],
    ['maxConnections', 'it belongs to connectionPool.tcp'],
    ['connectTimeout', 'it belongs to connectionPool.tcp'],
    ['http1MaxPendingRequests', 'it belongs to connectionPool.http'],
    ['http2MaxRequests', 'it belongs to connectionPool.http'],
    ['maxRequestsPerConnection', 'it belongs to connectionPool.http'],
    ['maxRetries', 'it belongs to connectionPool.http'],
    ['simple', 'use one factory of LoadBalancer, such as LoadBalancer.roundRobin()'],
    ['consistentHash', 'use LoadBalancer.consistentHash(...)'],
    ['redirect', 'a rule has one action: use HttpRoute.redirect(...) for a rule of its own'],
    ['route', 'a rule has one action: use HttpRoute.forward(...) or HttpRoute.split(...)'],
    ['percent', 'use percentage'],
    ['name', 'the name of a resource is set by metadata.name'],
    ['namespace', 'the namespace of a resource is set by metadata.namespace'],
    ['whatever', 'see its documentation for the properties it has'],
  ])('says where %s belongs', (key, remedy) => {
    expect(() => noUnknown('Thing', { [key]: 5 })).toThrow(`Thing has no property "${key}" (got 5); ${remedy}`);
  });
});

describe('checks pass the value on, or say what is wrong', () => {
  test.each<[string, unknown, () => unknown]>([
    ['object', { a: 1 }, () => object('it', { a: 1 })],
    ['list', [1], () => list('it', [1], 'remedy')],
    ['optionalList', [], () => optionalList('it', [])],
    ['optionalList, left out', undefined, () => optionalList('it', undefined)],
    ['texts', ['a'], () => texts('it', ['a'])],
    ['texts, empty', undefined, () => texts('it', [])],
    ['texts, left out', undefined, () => texts('it', undefined)],
    ['instance', Duration.seconds(1), () => instance('it', Duration.seconds(1), Duration as any, 'x')],
    ['member', 'RED', () => member('it', Colour.RED, Colour)],
    ['text', 'a', () => text('it', 'a', 'remedy')],
    ['optionalText', 'a', () => optionalText('it', 'a')],
    ['optionalText, left out', undefined, () => optionalText('it', undefined)],
    ['flag', false, () => flag('it', false)],
    ['flag, left out', undefined, () => flag('it', undefined)],
    ['whole', 3, () => whole('it', 3, 1, 5, 'remedy')],
    ['limit', 1, () => limit('it', 1)],
    ['limit, left out', undefined, () => limit('it', undefined)],
    ['count', 0, () => count('it', 0, 'remedy')],
    ['count, left out', undefined, () => count('it', undefined, 'remedy')],
    ['port', 65535, () => port('it', 65535)],
    ['percentage', 0.1, () => percentage('it', 0.1)],
  ])('%s', (_, expected, check) => {
    expect(check()).toEqual(expected);
  });

  test.each<[string, () => unknown, string]>([
    ['object of a list', () => object('it', [1]), 'it is [1], expected an object with its properties'],
    ['object of null', () => object('it', null), 'it is null, expected an object with its properties'],
    ['object of a string', () => object('it', 'a'), 'it is "a", expected an object with its properties'],
    ['object of a Map', () => object('it', new Map()), 'it is a Map, expected an object with its properties'],
    ['object of a Set', () => object('it', new Set()), 'it is a Set, expected an object with its properties'],
    ['empty list', () => list('it', [], 'add one'), 'it is [], expected a list of at least one entry; add one'],
    ['list of null', () => list('it', null as any, 'add one'), 'it is null, expected a list of at least one entry; add one'],
    ['optionalList of a string', () => optionalList('it', 'abc' as any), 'it is "abc", expected a list; write it in brackets'],
    ['optionalList of null', () => optionalList('it', null as any), 'it is null, expected a list; write it in brackets'],
    ['texts of numbers', () => texts('it', [5] as any), 'an entry of it is 5, expected a non-empty string; leave it out'],
    ['instance', () => instance('it', {} as any, Duration as any, 'Duration.seconds(1)'), 'it is {}, expected a Duration; write for example Duration.seconds(1)'],
    ['member', () => member('it', 'GREEN' as any, Colour), 'it is "GREEN", expected one of RED, BLUE'],
    ['member of the prototype', () => member('it', 'toString' as any, Colour), 'it is "toString", expected one of RED, BLUE'],
    ['text of blanks', () => text('it', '  ', 'name it'), 'it is "  ", expected a non-empty string; name it'],
    ['text of a number', () => text('it', 5 as any, 'name it'), 'it is 5, expected a non-empty string; name it'],
    ['optionalText of null', () => optionalText('it', null as any), 'it is null, expected a non-empty string; leave it out for the default'],
    ['flag of a string', () => flag('it', 'yes' as any), 'it is "yes", expected true or false; leave it out for the default'],
    ['whole of NaN', () => whole('it', NaN, 1, 5, 'use 1'), 'it is NaN, expected a whole number from 1 to 5; use 1'],
    ['whole of Infinity', () => whole('it', Infinity, 1, 5, 'use 1'), 'it is Infinity, expected a whole number from 1 to 5; use 1'],
    ['whole of a fraction', () => whole('it', 1.5, 1, 5, 'use 1'), 'it is 1.5, expected a whole number from 1 to 5; use 1'],
    ['whole of a string', () => whole('it', '3' as any, 1, 5, 'use 1'), 'it is "3", expected a whole number from 1 to 5; use 1'],
    ['limit of 0', () => limit('it', 0), 'it is 0, expected a whole number from 1 to 2147483647; leave it out for no limit'],
    ['count below 0', () => count('it', -1, 'use 0'), 'it is -1, expected a whole number from 0 to 2147483647; use 0'],
    ['port 0', () => port('it', 0), 'it is 0, expected a whole number from 1 to 65535; give the number of a port of the service'],
    ['port 65536', () => port('it', 65536), 'it is 65536, expected a whole number from 1 to 65535'],
    ['percentage above', () => percentage('it', 100.1), 'it is 100.1, expected a number from 0 to 100; give a share of 100, such as 0.1 for one in a thousand'],
    ['percentage below', () => percentage('it', 0, 0.1), 'it is 0, expected a number from 0.1 to 100'],
    ['percentage of NaN', () => percentage('it', NaN), 'it is NaN, expected a number from 0 to 100'],
    ['percentage of a string', () => percentage('it', '5' as any), 'it is "5", expected a number from 0 to 100'],
  ])('%s', (_, check, message) => {
    expect(check).toThrow(message);
  });
});
