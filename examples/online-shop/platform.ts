import { Chart } from 'cdk8s';
import { EdgeAuthentication, JsonWebKeySet, MeshNamespace } from 'cdk8s-istio';
import { Construct } from 'constructs';

const ISSUER = 'https://login.shop.example.com';

/**
 * What the shop stands on: its namespace, closed until it is opened, and an edge that orders pass with a token only.
 */
export class Platform extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id); // of no namespace: a Namespace stands in none

    new MeshNamespace(this, 'Shop', { name: 'shop' });

    new EdgeAuthentication(this, 'Login', {
      jwtRules: [{ issuer: ISSUER, jwks: JsonWebKeySet.uri(`${ISSUER}/jwks.json`), outputClaimToHeaders: [{ header: 'x-user-id', claim: 'sub' }] }],
      hosts: ['shop.example.com'],
      publicPaths: ['/shop.goods.v1.Goods/*'], // looking at goods is free
      ports: [80, 443, 8080, 8443], // of the gateway's pods: those of Istio's chart, and of istioctl
      metadata: { name: 'login' },
      requirements: [{ paths: ['/orders/refunds', '/orders/refunds/*'], claims: { group: ['support'] } }],
    });
  }
}
