import { Chart, ChartProps } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { VersionedService } from './versioned-service';

const IMAGES = 'registry.istio.io/release/examples-bookinfo';
const RELEASE = '1.20.3';

/** A page about a book: its details, and reviews that come in three versions, of which two ask for ratings. */
export class Bookinfo extends Chart {
  readonly productpage: Service;
  readonly details: Service;
  readonly reviews: Service;
  readonly ratings: Service;

  constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    this.details = this.book('details', ['v1']);
    this.ratings = this.book('ratings', ['v1']);
    this.reviews = this.book('reviews', ['v1', 'v2', 'v3'], { 'tmp': '/tmp', 'wlp-output': '/opt/ibm/wlp/output' }, { LOG_DIR: '/tmp/logs' });
    this.productpage = this.book('productpage', ['v1'], { tmp: '/tmp' });
  }

  private book(app: string, versions: string[], scratch = {}, env = {}): Service {
    const images = Object.fromEntries(versions.map((version) => [version, `${IMAGES}-${app}-${version}:${RELEASE}`]));
    return new VersionedService(this, app, { port: 9080, serviceAccount: `bookinfo-${app}`, images, scratch, env }).service;
  }
}
