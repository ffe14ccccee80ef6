import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { AlertProviderSpec, CanarySpecAnalysisAlerts } from '../../imports/flagger.app';
import { member, noUnknown, object, optionalText, text } from '../private/check';
import { objectName } from '../private/names';
import { Wire } from '../private/wire';

/**
 * Where alerts go to.
 */
export enum AlertService {
  /** Slack. */
  SLACK = 'slack',
  /** Microsoft Teams. */
  MS_TEAMS = 'msteams',
  /** Discord. */
  DISCORD = 'discord',
  /** Rocket.Chat. */
  ROCKET = 'rocket',
  /** Google Chat. */
  GOOGLE_CHAT = 'gchat',
}

/**
 * From what on an alert is sent.
 */
export enum AlertSeverity {
  /** Everything, from the start of a delivery on. */
  INFO = 'info',
  /** Warnings and errors. */
  WARN = 'warn',
  /** Rollbacks and failures. */
  ERROR = 'error',
}

/**
 * Properties of a `FlaggerAlertProvider`.
 */
export interface FlaggerAlertProviderProps {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - a name generated from the construct's path, the chart's namespace
   */
  readonly metadata?: ApiObjectMetadata;

  /**
   * Where alerts go to.
   */
  readonly service: AlertService;

  /**
   * The Secret with the address of the webhook under the key `address`, in the namespace of the AlertProvider. The address is a secret: whoever
   * knows it can write into the channel.
   */
  readonly secretName: string;

  /**
   * The channel.
   *
   * @default - that of the webhook
   */
  readonly channel?: string;

  /**
   * The name under which Flagger writes.
   *
   * @default "flagger"
   */
  readonly username?: string;
}

/**
 * A channel into which Flagger writes how a delivery goes.
 *
 * @see https://docs.flagger.app/usage/alerting
 */
export class FlaggerAlertProvider extends ApiObject {
  /**
   * Creates the AlertProvider.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props where alerts go to
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: FlaggerAlertProviderProps) {
    const { metadata, service, secretName, channel, username, ...rest } = object('the properties of the FlaggerAlertProvider', props);
    noUnknown('FlaggerAlertProvider', rest);
    super(scope, id, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'AlertProvider',
      metadata,
      spec: {
        type: member('service of the FlaggerAlertProvider', service, AlertService),
        channel: optionalText('channel of the FlaggerAlertProvider', channel),
        username: optionalText('username of the FlaggerAlertProvider', username),
        secretRef: { name: objectName('secretName of the FlaggerAlertProvider', secretName) },
      } satisfies Wire<AlertProviderSpec>,
    });
  }
}

/**
 * An alert of a delivery.
 */
export interface FlaggerAlert {
  /**
   * The channel.
   */
  readonly provider: FlaggerAlertProvider;

  /**
   * From what on it is sent.
   *
   * @default AlertSeverity.INFO
   */
  readonly severity?: AlertSeverity;
}

/** The alert as a Canary has it. */
export function renderAlert(alert: FlaggerAlert): Wire<CanarySpecAnalysisAlerts> {
  const { provider, severity = AlertSeverity.INFO, ...rest } = object('an alert of the FlaggerDelivery', alert);
  noUnknown('an alert', rest);
  if (!(provider instanceof FlaggerAlertProvider)) {
    throw new Error('provider of an alert is no FlaggerAlertProvider, expected one; write new FlaggerAlertProvider(chart, "Slack", { ... })');
  }
  const { name, metadata: { namespace } } = provider;
  return { name: text('the name of the alert', name, 'name it'), severity: member('severity of an alert', severity, AlertSeverity), providerRef: { name, namespace } };
}
