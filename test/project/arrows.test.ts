import { join } from 'node:path';
import { loadESLint } from 'eslint';

const root = join(__dirname, '..', '..');

/** What the linter says of an import that stands in a file of src/. */
async function problems(file: string, imported: string): Promise<string[]> {
  process.env.ESLINT_USE_FLAT_CONFIG = 'false';
  const ESLint = await loadESLint({ useFlatConfig: false });
  const [result] = await new ESLint({ cwd: root }).lintText(`import * as x from '${imported}';\nexport const y = x;\n`, { filePath: join(root, 'src', file) });
  expect(result.messages.filter(({ fatal }) => fatal)).toEqual([]);
  return result.messages.filter(({ ruleId }) => ruleId === 'import/no-restricted-paths').map(({ message }) => message);
}

describe('the arrows between the rooms of src/', () => {
  test.each([
    ['traffic/virtual-service.ts', '../patterns/canary-service'],
    ['traffic/virtual-service.ts', '../index'],
    ['private/check.ts', '../traffic/virtual-service'],
    ['resource.ts', './traffic/virtual-service'],
    ['security/authorization-policy.ts', '../traffic/virtual-service'],
    ['policy-target.ts', './security/authorization-policy'],
    ['patterns/canary-service.ts', '../../imports/networking.istio.io'],
    ['telemetry/telemetry.ts', '../patterns/canary-service'],
    ['extension/envoy-filter.ts', '../security/peer-authentication'],
    ['workload/injection.ts', '../patterns/data-plane'],
    ['install/mesh-config.ts', '../security/peer-authentication'],
    ['patterns/canary-service.ts', '../observability/service-metrics'],
    ['observability/mesh-observability.ts', '../patterns/canary-service'],
    ['patterns/canary-service.ts', '../delivery/delivery-plan'],
    ['install/argo-application.ts', '../delivery/workload'],
    ['checks/run.ts', '../traffic/virtual-service'],
    ['checks/run.ts', '../../imports/networking.istio.io'],
  ])('%s may not import %s', async (file, imported) => {
    expect(await problems(file, imported)).toHaveLength(1);
  });

  test.each([
    ['traffic/virtual-service.ts', '../../imports/networking.istio.io'],
    ['traffic/virtual-service.ts', '../resource'],
    ['resource.ts', './checks/checks'],
    ['security/authorization-policy.ts', '../policy-target'],
    ['patterns/canary-service.ts', '../traffic/virtual-service'],
    ['patterns/canary-service.ts', '../private/check'],
    ['patterns/data-plane.ts', '../workload/injection'],
    ['workload/sidecar-proxy.ts', '../traffic/proxy-config'],
    ['install/mesh-config.ts', '../workload/proxy-settings'],
    ['observability/mesh-observability.ts', '../install/extension-provider'],
    ['delivery/rollout-delivery.ts', '../patterns/canary-service'],
    ['checks/run.ts', '../private/names'],
  ])('%s may import %s', async (file, imported) => {
    expect(await problems(file, imported)).toEqual([]);
  });
});
