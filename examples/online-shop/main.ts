import { App, Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import { Shop } from './shop';

const app = new App();

// The namespace has a chart of its own: the other chart's objects stand in it.
const platform = new Chart(app, 'platform');
new Namespace(platform, 'Namespace', { metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });

const shop = new Shop(app, 'shop', { namespace: 'shop' });
shop.addDependency(platform);

app.synth();
