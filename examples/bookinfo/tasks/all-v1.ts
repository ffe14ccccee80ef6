import { Chart, ChartProps } from 'cdk8s';
import { Destination, DestinationRule, HttpRoute, VirtualService } from 'cdk8s-istio';
import { Construct } from 'constructs';

/** Services in their first version: where the tasks begin. */
export class AllV1 extends Chart {
  constructor(scope: Construct, id: string, services: DestinationRule[], props: ChartProps = {}) {
    super(scope, id, props);
    for (const versions of services) {
      new VirtualService(this, versions.name, {
        metadata: { name: versions.name },
        services: [versions.service],
        http: [HttpRoute.forward(Destination.subset(versions.subset('v1')))],
      });
    }
  }
}
