import { Chart, ChartProps, Duration } from 'cdk8s';
import { Checks, Destination, HttpFault, HttpRoute, VirtualService } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Versions } from './versions';

/** Ratings take two seconds, and nobody waits more than half a second for reviews. */
export class RequestTimeouts extends Chart {
  constructor(scope: Construct, id: string, { reviews, ratings }: Versions, props: ChartProps = {}) {
    super(scope, id, props);

    new VirtualService(this, 'Reviews', {
      metadata: { name: 'reviews' },
      services: [reviews.service],
      http: [HttpRoute.forward(Destination.subset(reviews.subset('v2')), { timeout: Duration.millis(500) })],
    });

    const slow = new VirtualService(this, 'Ratings', {
      metadata: { name: 'ratings' },
      services: [ratings.service],
      http: [HttpRoute.forward(Destination.subset(ratings.subset('v1')), { fault: HttpFault.delay(Duration.seconds(2), 100) })],
    });
    Checks.of(slow).ignore('fault-for-everyone', 'the slow service that the task is about');
  }
}
