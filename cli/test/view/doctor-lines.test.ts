import { CheckLevel } from 'cdk8s-istio';
import { CheckResult } from '../../src/doctor/check.js';
import { doctorLines } from '../../src/view/doctor-lines.js';
import { widthOf } from '../../src/view/text.js';

const results: CheckResult[] = [
  { check: 'Kubernetes', state: 'ok', message: 'v1.36.2' },
  { check: 'istiod', state: 'warning', message: 'istio-system/istiod 1/2 ready', remedy: 'see why: kubectl describe deployment istiod -n istio-system' },
  {
    check: 'configuration',
    state: 'error',
    message: '2 objects of Istio; errors: 1, warnings: 0',
    findings: [{
      rule: 'subset-unknown',
      level: CheckLevel.ERROR,
      kind: 'VirtualService',
      namespace: 'shop',
      name: 'orders',
      path: 'spec.http[0].route[0].destination.subset',
      message: 'the subset is "v9", expected one of "v1"; add it to the DestinationRule',
    }],
  },
  {
    check: 'proxies',
    state: 'error',
    message: '2, of which 1 refused their configuration, and 0 have not taken it yet',
    proxies: [
      { proxy: 'gateway.istio-system', version: '1.31.1', sync: { CDS: 'SYNCED', LDS: 'ERROR', EDS: 'SYNCED', RDS: 'NOT SENT', ECDS: 'IGNORED' }, errors: ['no such filter'] },
      { proxy: 'a.shop', sync: { CDS: 'SYNCED', LDS: 'SYNCED', EDS: 'SYNCED', RDS: 'STALE', ECDS: 'IGNORED' }, errors: [] },
    ],
  },
  { check: 'API server', state: 'skipped', message: 'not asked for' },
];

test('each check has its state, what is so and what to do; findings and proxies are below', () => {
  expect(`\n${doctorLines(results).join('\n')}\n`).toBe(`
✔ Kubernetes     v1.36.2
! istiod         istio-system/istiod 1/2 ready
                 → see why: kubectl describe deployment istiod -n istio-system
✘ configuration  2 objects of Istio; errors: 1, warnings: 0
✘ proxies        2, of which 1 refused their configuration, and 0 have not taken it yet
- API server     not asked for

error  VirtualService shop/orders  spec.http[0].route[0].destination.subset  subset-unknown
  the subset is "v9", expected one of "v1"; add it to the DestinationRule

PROXY                 CDS     LDS     EDS     RDS       ECDS     VERSION
gateway.istio-system  SYNCED  ERROR   SYNCED  NOT SENT  IGNORED  1.31.1
a.shop                SYNCED  SYNCED  SYNCED  STALE     IGNORED
gateway.istio-system: no such filter
`);
});

test('in a narrow terminal what is said is broken between words', () => {
  const lines = doctorLines(results.slice(0, 2), { width: 50 });
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(50);
});
