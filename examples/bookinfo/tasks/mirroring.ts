import { Chart, ChartProps } from 'cdk8s';
import { Checks, Destination, DestinationRule, HttpRoute, VirtualService } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Httpbin } from '../httpbin';

/** Version 1 answers, version 2 gets a copy of each request, and nobody sees what it says. */
export class Mirroring extends Chart {
  constructor(scope: Construct, id: string, { service }: Httpbin, props: ChartProps = {}) {
    super(scope, id, props);

    const versions = new DestinationRule(this, 'Versions', {
      metadata: { name: 'httpbin' },
      service,
      subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }],
    });

    const mirrored = new VirtualService(this, 'Httpbin', {
      metadata: { name: 'httpbin' },
      services: [service],
      http: [HttpRoute.split([{ destination: Destination.subset(versions.subset('v1')), weight: 100 }], {
        mirrors: [{ destination: Destination.subset(versions.subset('v2')), percentage: 100 }],
      })],
    });
    Checks.of(mirrored).ignore('mirror-repeats-writes', 'httpbin keeps nothing of what it is sent');
  }
}
