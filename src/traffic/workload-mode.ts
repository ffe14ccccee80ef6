/**
 * The side of the traffic that a workload is on.
 *
 * @see https://istio.io/latest/docs/reference/config/type/workload-selector/#WorkloadMode
 */
export enum WorkloadMode {
  /** The workload sends or receives the traffic. */
  CLIENT_AND_SERVER = 'CLIENT_AND_SERVER',
  /** The workload sends the traffic. That of a gateway is on this side. */
  CLIENT = 'CLIENT',
  /** The workload receives the traffic. */
  SERVER = 'SERVER',
}
