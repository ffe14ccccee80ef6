import { Chart, ChartProps } from 'cdk8s';
import { Destination, HttpFault, HttpRoute, VirtualService } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { JASON } from './request-routing';
import { Versions } from './versions';

/** Ratings fail for jason and for nobody else: how does the page bear it? */
export class FaultInjection extends Chart {
  constructor(scope: Construct, id: string, { ratings }: Versions, fault: HttpFault, props: ChartProps = {}) {
    super(scope, id, props);
    const v1 = Destination.subset(ratings.subset('v1'));

    new VirtualService(this, 'Ratings', {
      metadata: { name: 'ratings' },
      services: [ratings.service],
      http: [
        HttpRoute.forward(v1, { match: [JASON], fault }),
        HttpRoute.forward(v1),
      ],
    });
  }
}
