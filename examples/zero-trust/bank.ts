import { App, Chart } from 'cdk8s';
import {
  Caller, EdgeAuthentication, GatewayServer, IstioGateway, JsonWebKeySet, MeshNamespace, RequestAuthentication, ServerTls,
} from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Workload } from './workload';

const HOST = 'bank.example.com';
const ISSUER = 'https://login.bank.example.com';
const LEDGER = 'bank.ledger.v1.Ledger';

/** Tokens are checked at the edge, and again where a claim decides: no service believes another that a user is who. */
const TOKENS = [{ issuer: ISSUER, jwks: JsonWebKeySet.uri(`${ISSUER}/jwks.json`), audiences: [HOST], forwardOriginalToken: true }];

/** Two namespaces in which nothing is open. */
export class Platform extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id); // of no namespace: a Namespace stands in none
    new MeshNamespace(this, 'Web', { name: 'web' });
    new MeshNamespace(this, 'Bank', { name: 'bank' });
  }
}

/** What the world sees, with a token. */
export class Web extends Chart {
  readonly frontend = new Workload(this, 'frontend', { protocol: 'http' });

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'web' });
    const edge = new IstioGateway(this, 'Edge', {
      metadata: { name: 'edge' },
      servers: [
        GatewayServer.https([HOST], { tls: ServerTls.simple({ credentialName: 'bank-tls' }) }),
        GatewayServer.redirectToHttps([HOST]),
      ],
    });
    new EdgeAuthentication(this, 'Tokens', { jwtRules: TOKENS, gateway: edge, publicPaths: ['/login', '/static/*'], metadata: { name: 'bank' } });
    this.frontend.exposeVia(edge, { hosts: [HOST] });
    this.frontend.allowFrom(Caller.serviceAccount('istio-ingressgateway', { namespace: 'istio-system' }));
  }
}

/** What holds the money. */
export class Bank extends Chart {
  constructor(scope: Construct, id: string, { frontend }: Web) {
    super(scope, id, { namespace: 'bank' });
    const accounts = new Workload(this, 'accounts', { protocol: 'http' });
    const ledger = new Workload(this, 'ledger', { protocol: 'grpc' });

    // Who looks must come through the frontend; who moves money must be a teller too.
    new RequestAuthentication(this, 'Tokens', { metadata: { name: 'users' }, jwtRules: TOKENS });
    accounts.allowFrom(frontend, { methods: ['GET'], paths: ['/accounts', '/accounts/*'] });
    accounts.allowFrom(frontend, { methods: ['POST'], paths: ['/transfers'], claims: { group: ['teller'] } });

    // Accounts write the ledger and can't read it; the auditor, in a namespace of others, reads and can't write.
    accounts.allowTo(ledger, { grpc: [`${LEDGER}/Append`] });
    ledger.allowFrom(Caller.serviceAccount('auditor', { namespace: 'audit' }), { grpc: [`${LEDGER}/Read`, `${LEDGER}/List`] });
  }
}

/** The whole app. */
export function zeroTrust(app: App): void {
  const platform = new Platform(app, 'platform');
  const web = new Web(app, 'web');
  const bank = new Bank(app, 'bank', web);
  [web, bank].forEach((chart) => chart.addDependency(platform)); // its namespaces
}
