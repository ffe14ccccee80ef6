import { Chart, ChartProps } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { DestinationRule } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Bookinfo } from '../bookinfo';

/** Which versions there are, for all tasks to name. */
export class Versions extends Chart {
  readonly productpage: DestinationRule;
  readonly reviews: DestinationRule;
  readonly ratings: DestinationRule;
  readonly details: DestinationRule;

  constructor(scope: Construct, id: string, { productpage, reviews, ratings, details }: Bookinfo, props: ChartProps = {}) {
    super(scope, id, props);
    this.productpage = this.versions(productpage, 'v1');
    this.reviews = this.versions(reviews, 'v1', 'v2', 'v3');
    this.ratings = this.versions(ratings, 'v1');
    this.details = this.versions(details, 'v1');
  }

  private versions(service: Service, ...versions: string[]): DestinationRule {
    return new DestinationRule(this, service.name, {
      metadata: { name: service.name },
      service,
      subsets: versions.map((version) => ({ name: version, labels: { version } })),
    });
  }
}
