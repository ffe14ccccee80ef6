import { Duration } from 'cdk8s';
import { LoggedRequests } from '../../src';

describe('LoggedRequests', () => {
  test.each<[string, LoggedRequests, string | undefined]>([
    ['all', LoggedRequests.ALL, undefined],
    ['failures', LoggedRequests.FAILED, '!has(response.code) || response.code >= 500'],
    ['slow ones too', LoggedRequests.failedOrSlowerThan(Duration.seconds(2)), '!has(response.code) || response.code >= 500 || request.duration > duration("2000ms")'],
    ['one\'s own', LoggedRequests.matching('response.code >= 400'), 'response.code >= 400'],
  ])('are %s', (_, requests, filter) => expect(requests._filter()).toBe(filter));

  test.each<[string, () => unknown, string]>([
    ['what is no CEL', () => LoggedRequests.matching('response.code >='), 'the expression of LoggedRequests.matching is "response.code >=", expected a CEL expression'],
    ['what is no time', () => LoggedRequests.failedOrSlowerThan(2 as any), 'the duration of LoggedRequests.failedOrSlowerThan is 2, expected a Duration'],
  ])('refuses %s', (_, act, message) => expect(act).toThrow(message));
});
