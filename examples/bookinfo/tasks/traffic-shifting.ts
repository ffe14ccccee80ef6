import { Chart, ChartProps } from 'cdk8s';
import { Destination, HttpRoute, VirtualService } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Versions } from './versions';

/** A share of everybody's requests, in percent, goes to the reviews with red stars: first half of them, then all. */
export class TrafficShifting extends Chart {
  constructor(scope: Construct, id: string, { reviews }: Versions, shareOfV3: number, props: ChartProps = {}) {
    super(scope, id, props);
    const v1 = Destination.subset(reviews.subset('v1'));
    const v3 = Destination.subset(reviews.subset('v3'));

    new VirtualService(this, 'Reviews', {
      metadata: { name: 'reviews' },
      services: [reviews.service],
      http: [shareOfV3 === 100
        ? HttpRoute.forward(v3)
        : HttpRoute.split([{ destination: v1, weight: 100 - shareOfV3 }, { destination: v3, weight: shareOfV3 }])],
    });
  }
}
