import { Chart } from 'cdk8s';
import { cel, checked, inexpressible, Rule, throws, warned } from './rule';
import { matchLabels, millis, selectorRules, targetRules } from './shared';
import { AccessLogging, CustomTag, IstioMetric, Metrics, PolicyTarget, TagOverride, Telemetry, TelemetryProps, Tracing } from '../../src';

const telemetry = (props: TelemetryProps) => (chart: Chart) => new Telemetry(chart, 'Telemetry', props);
const traced = (...tracing: Tracing[]) => telemetry({ tracing });
const measured = (...metrics: Metrics[]) => telemetry({ metrics });
const logged = (...accessLogging: AccessLogging[]) => telemetry({ accessLogging });

export const telemetryRules: Rule[] = [
  ...targetRules(),
  ...selectorRules((_, labels) => PolicyTarget.workloads(labels), matchLabels),
  throws('a provider of tracing has a name', 'tracing[0].provider is "", expected a non-empty string', traced({ provider: '' })),
  throws('a provider of metrics has a name', 'an entry of metrics[0].providers is "", expected a non-empty string', measured({ providers: [''] })),
  throws('a provider of logs has a name', 'an entry of accessLogging[0].providers is "", expected a non-empty string', logged({ providers: [''] })),
  throws('sampling is 0 to 100', 'tracing[0].randomSamplingPercentage is 101, expected a number from 0 to 100', traced({ randomSamplingPercentage: 101 })),
  throws('a tag is not null', 'the tag a of tracing[0] is null, expected a CustomTag', traced({ customTags: { a: null as any } })),
  throws('a literal tag has a value', 'the value of CustomTag.literal is "", expected a non-empty string', () => CustomTag.literal('')),
  throws('a tag of a header names it', 'the name of CustomTag.header is "", expected a header name of letters, digits and dashes', () => CustomTag.header('')),
  throws('a tag of the environment names the variable', 'the name of CustomTag.environment is "", expected a non-empty string', () => CustomTag.environment('')),
  inexpressible('UPSERT has a value', 'TagOverride.upsert takes it', cel('value must be set when operation is UPSERT')),
  inexpressible('REMOVE has no value', 'TagOverride.remove takes none', cel('value must not be set when operation is REMOVE')),
  throws('the value of UPSERT is not empty', 'the expression of TagOverride.upsert is "", expected a CEL expression', () => TagOverride.upsert('')),
  throws('a metric of one\'s own has a name', 'the name of IstioMetric.custom is "", expected a non-empty string', () => IstioMetric.custom('')),
  throws('the interval of reports is 1 ms at least', 'metrics[0].reportingInterval is 0 ms, expected a whole number of milliseconds and at least 1', measured({ reportingInterval: millis(0) }), cel('must be a valid duration greater than 1ms')),
  throws('the filter of logs is an expression of CEL', 'accessLogging[0].filter is "response.code >=", expected a CEL expression', logged({ filter: 'response.code >=' })),
  throws('a name of a tag is not empty', 'a name of tracing[0].customTags is "", expected a non-empty string', traced({ customTags: { '': CustomTag.literal('a') } })),
  warned('there is one tracing', 'multiple tracing', traced({ provider: 'a' }, { provider: 'b' })),
  checked('a provider is one of the mesh configuration', 'IST0157 of the verifier'),
];
