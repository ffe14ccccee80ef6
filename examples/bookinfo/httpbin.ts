import { Chart, ChartProps } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { VersionedService } from './versioned-service';

const IMAGE = 'docker.io/mccutchen/go-httpbin:v2.15.0';

/** A service that answers what it was asked, in two versions that differ by name only: for the tasks that need no books. */
export class Httpbin extends Chart {
  readonly service: Service;

  constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    this.service = new VersionedService(this, 'httpbin', {
      port: 8000, targetPort: 8080, serviceAccount: 'httpbin', images: { v1: IMAGE, v2: IMAGE },
    }).service;
  }
}
