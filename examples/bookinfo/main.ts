import { App } from 'cdk8s';
import { afterTask } from './tasks';

const app = new App();
afterTask(app, process.env.TASK ?? 'request-routing');
app.synth();
