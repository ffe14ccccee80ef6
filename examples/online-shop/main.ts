import { App } from 'cdk8s';
import { Platform } from './platform';
import { Shop } from './shop';

const app = new App();
const platform = new Platform(app, 'platform');
const shop = new Shop(app, 'shop', { namespace: 'shop' });
shop.addDependency(platform); // its namespace
app.synth();
