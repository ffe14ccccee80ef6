import { Chart, ChartProps } from 'cdk8s';
import { Destination, HttpMatch, HttpRoute, StringMatch, VirtualService } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Versions } from './versions';

/** The requests of the user that Istio's tasks are about. The page hands the header on when jason is logged in. */
export const JASON = HttpMatch.header('end-user', StringMatch.exact('jason'));

/** Jason sees reviews with black stars, everybody else those without. */
export class RequestRouting extends Chart {
  constructor(scope: Construct, id: string, { reviews }: Versions, props: ChartProps = {}) {
    super(scope, id, props);

    new VirtualService(this, 'Reviews', {
      metadata: { name: 'reviews' },
      services: [reviews.service],
      http: [
        HttpRoute.forward(Destination.subset(reviews.subset('v2')), { match: [JASON] }),
        HttpRoute.forward(Destination.subset(reviews.subset('v1'))),
      ],
    });
  }
}
