import { Rule } from './rule';
import { allowAllOverrides } from './rules/allow-all-overrides';
import { allowBlocksTcp } from './rules/allow-blocks-tcp';
import { allowWithoutRules } from './rules/allow-without-rules';
import { ambientPolicyIgnored } from './rules/ambient-policy-ignored';
import { ambientPolicyWithoutWaypoint } from './rules/ambient-policy-without-waypoint';
import { ambientSidecarResource } from './rules/ambient-sidecar-resource';
import { authorizationRulesSplit } from './rules/authorization-rules-split';
import { backendUnknown } from './rules/backend-unknown';
import { certificateShared } from './rules/certificate-shared';
import { certificateUnverified } from './rules/certificate-unverified';
import { claimsUnverified } from './rules/claims-unverified';
import { connectTimeoutShort } from './rules/connect-timeout-short';
import { connectionPerRequest } from './rules/connection-per-request';
import { credentialUnknown } from './rules/credential-unknown';
import { credentialWithoutSelector } from './rules/credential-without-selector';
import { dataPlanesMixed } from './rules/data-planes-mixed';
import { defaultRouteMissing } from './rules/default-route-missing';
import { defaultsTwice } from './rules/defaults-twice';
import { delegateBroken } from './rules/delegate-broken';
import { denyCoversTcp } from './rules/deny-covers-tcp';
import { deprecatedField } from './rules/deprecated-field';
import { destinationRuleHostUnknown } from './rules/destination-rule-host-unknown';
import { destinationRuleTwice } from './rules/destination-rule-twice';
import { destinationRuleUnseen } from './rules/destination-rule-unseen';
import { destinationRuleWithoutWaypoint } from './rules/destination-rule-without-waypoint';
import { destinationTwice } from './rules/destination-twice';
import { duplicateResource } from './rules/duplicate-resource';
import { failoverWithoutOutliers } from './rules/failover-without-outliers';
import { faultForEveryone } from './rules/fault-for-everyone';
import { faultNeverFires } from './rules/fault-never-fires';
import { fieldMisplaced } from './rules/field-misplaced';
import { flaggerMatchDropped } from './rules/flagger-match-dropped';
import { flaggerOwnsResource } from './rules/flagger-owns-resource';
import { gatewayAddressShared } from './rules/gateway-address-shared';
import { gatewayBypassesSubsets } from './rules/gateway-bypasses-subsets';
import { gatewayClassUnknown } from './rules/gateway-class-unknown';
import { gatewayConflict } from './rules/gateway-conflict';
import { gatewayHostUnrouted } from './rules/gateway-host-unrouted';
import { gatewayHostUnserved } from './rules/gateway-host-unserved';
import { gatewaySelectsNothing } from './rules/gateway-selects-nothing';
import { gatewayUnknown } from './rules/gateway-unknown';
import { hostUnknown } from './rules/host-unknown';
import { hostWithoutSuffix } from './rules/host-without-suffix';
import { httpRulesOnTcp } from './rules/http-rules-on-tcp';
import { identityWithoutMtls } from './rules/identity-without-mtls';
import { injectionLabelValue } from './rules/injection-label-value';
import { listenerTwice } from './rules/listener-twice';
import { loadBalancerTwice } from './rules/load-balancer-twice';
import { matchAlternatives } from './rules/match-alternatives';
import { meshHostTwice } from './rules/mesh-host-twice';
import { meshPolicyMisplaced } from './rules/mesh-policy-misplaced';
import { mirrorCopiesAll } from './rules/mirror-copies-all';
import { mirrorRepeatsWrites } from './rules/mirror-repeats-writes';
import { mutualTlsWithoutProxy } from './rules/mutual-tls-without-proxy';
import { namespaceMissing } from './rules/namespace-missing';
import { oldApiVersion } from './rules/old-api-version';
import { operatorResource } from './rules/operator-resource';
import { outboundPolicyWithoutMode } from './rules/outbound-policy-without-mode';
import { outlierErrorsIgnored } from './rules/outlier-errors-ignored';
import { outlierNeverEjects } from './rules/outlier-never-ejects';
import { peerAuthenticationIgnored } from './rules/peer-authentication-ignored';
import { podSettingMisplaced } from './rules/pod-setting-misplaced';
import { policiesOverlap } from './rules/policies-overlap';
import { policyEmpty } from './rules/policy-empty';
import { policyHostUnknown } from './rules/policy-host-unknown';
import { policyMethodNeverMatches } from './rules/policy-method-never-matches';
import { policyPathNeverMatches } from './rules/policy-path-never-matches';
import { policyPortOfService } from './rules/policy-port-of-service';
import { policySelectsNothing } from './rules/policy-selects-nothing';
import { poolLimitZero } from './rules/pool-limit-zero';
import { poolQueueUnbounded } from './rules/pool-queue-unbounded';
import { portNeeded } from './rules/port-needed';
import { portPolicyDrops } from './rules/port-policy-drops';
import { portUnknown } from './rules/port-unknown';
import { principalMalformed } from './rules/principal-malformed';
import { principalUnknown } from './rules/principal-unknown';
import { protocolUndeclared } from './rules/protocol-undeclared';
import { providerUnknown } from './rules/provider-unknown';
import { proxyUserId } from './rules/proxy-user-id';
import { redirectWithoutAction } from './rules/redirect-without-action';
import { referenceGrantMissing } from './rules/reference-grant-missing';
import { retriesRepeatWrites } from './rules/retries-repeat-writes';
import { retryOnBlanks } from './rules/retry-on-blanks';
import { rolloutAnalysisArguments } from './rules/rollout-analysis-arguments';
import { rolloutHeaderRouteBare } from './rules/rollout-header-route-bare';
import { rolloutReferenceElsewhere } from './rules/rollout-reference-elsewhere';
import { rolloutRefused } from './rules/rollout-refused';
import { rolloutRouteUnusable } from './rules/rollout-route-unusable';
import { rolloutServiceMismatch } from './rules/rollout-service-mismatch';
import { routeApisMixed } from './rules/route-apis-mixed';
import { routeKindMismatch } from './rules/route-kind-mismatch';
import { routeNotAdmitted } from './rules/route-not-admitted';
import { routeParentUnknown } from './rules/route-parent-unknown';
import { routeWithoutWaypoint } from './rules/route-without-waypoint';
import { ruleUnreachable } from './rules/rule-unreachable';
import { serverNameUnverified } from './rules/server-name-unverified';
import { serviceEntryCaptures } from './rules/service-entry-captures';
import { serviceEntryProtocols } from './rules/service-entry-protocols';
import { servicePinsVersion } from './rules/service-pins-version';
import { sidecarHidesDestination } from './rules/sidecar-hides-destination';
import { strictRefusesCallers } from './rules/strict-refuses-callers';
import { strictWithoutAutoMtls } from './rules/strict-without-auto-mtls';
import { subsetElsewhere } from './rules/subset-elsewhere';
import { subsetLabelsUnmatched } from './rules/subset-labels-unmatched';
import { subsetPolicyUnused } from './rules/subset-policy-unused';
import { subsetUnknown } from './rules/subset-unknown';
import { targetPortProtocols } from './rules/target-port-protocols';
import { targetPortUnknown } from './rules/target-port-unknown';
import { targetUnknown } from './rules/target-unknown';
import { telemetryWithoutProvider } from './rules/telemetry-without-provider';
import { timeoutTooShort } from './rules/timeout-too-short';
import { tlsModeConflict } from './rules/tls-mode-conflict';
import { tlsModePortConflict } from './rules/tls-mode-port-conflict';
import { tlsModeWildcardConflict } from './rules/tls-mode-wildcard-conflict';
import { tokenNotRequired } from './rules/token-not-required';
import { trustDomainUnknown } from './rules/trust-domain-unknown';
import { tryTimeoutNotRetried } from './rules/try-timeout-not-retried';
import { versionsUnrouted } from './rules/versions-unrouted';
import { waypointIgnoresRoute } from './rules/waypoint-ignores-route';
import { waypointMissing } from './rules/waypoint-missing';
import { waypointUnknown } from './rules/waypoint-unknown';
import { waypointUnsuitable } from './rules/waypoint-unsuitable';
import { waypointUnused } from './rules/waypoint-unused';
import { weightsNot100 } from './rules/weights-not-100';
import { wildcardHidden } from './rules/wildcard-hidden';
import { wildcardTlsHidden } from './rules/wildcard-tls-hidden';
import { workloadPlanesMixed } from './rules/workload-planes-mixed';

/** Every rule, by name. */
export const RULES: readonly Rule[] = [
  allowAllOverrides,
  allowBlocksTcp,
  allowWithoutRules,
  ambientPolicyIgnored,
  ambientPolicyWithoutWaypoint,
  ambientSidecarResource,
  authorizationRulesSplit,
  backendUnknown,
  certificateShared,
  certificateUnverified,
  claimsUnverified,
  connectTimeoutShort,
  connectionPerRequest,
  credentialUnknown,
  credentialWithoutSelector,
  dataPlanesMixed,
  defaultRouteMissing,
  defaultsTwice,
  delegateBroken,
  denyCoversTcp,
  deprecatedField,
  destinationRuleHostUnknown,
  destinationRuleTwice,
  destinationRuleUnseen,
  destinationRuleWithoutWaypoint,
  destinationTwice,
  duplicateResource,
  failoverWithoutOutliers,
  faultForEveryone,
  faultNeverFires,
  fieldMisplaced,
  flaggerMatchDropped,
  flaggerOwnsResource,
  gatewayAddressShared,
  gatewayBypassesSubsets,
  gatewayClassUnknown,
  gatewayConflict,
  gatewayHostUnrouted,
  gatewayHostUnserved,
  gatewaySelectsNothing,
  gatewayUnknown,
  hostUnknown,
  hostWithoutSuffix,
  httpRulesOnTcp,
  identityWithoutMtls,
  injectionLabelValue,
  listenerTwice,
  loadBalancerTwice,
  matchAlternatives,
  meshHostTwice,
  meshPolicyMisplaced,
  mirrorCopiesAll,
  mirrorRepeatsWrites,
  mutualTlsWithoutProxy,
  namespaceMissing,
  oldApiVersion,
  operatorResource,
  outboundPolicyWithoutMode,
  outlierErrorsIgnored,
  outlierNeverEjects,
  peerAuthenticationIgnored,
  podSettingMisplaced,
  policiesOverlap,
  policyEmpty,
  policyHostUnknown,
  policyMethodNeverMatches,
  policyPathNeverMatches,
  policyPortOfService,
  policySelectsNothing,
  poolLimitZero,
  poolQueueUnbounded,
  portNeeded,
  portPolicyDrops,
  portUnknown,
  principalMalformed,
  principalUnknown,
  protocolUndeclared,
  providerUnknown,
  proxyUserId,
  redirectWithoutAction,
  referenceGrantMissing,
  retriesRepeatWrites,
  retryOnBlanks,
  rolloutAnalysisArguments,
  rolloutHeaderRouteBare,
  rolloutReferenceElsewhere,
  rolloutRefused,
  rolloutRouteUnusable,
  rolloutServiceMismatch,
  routeApisMixed,
  routeKindMismatch,
  routeNotAdmitted,
  routeParentUnknown,
  routeWithoutWaypoint,
  ruleUnreachable,
  serverNameUnverified,
  serviceEntryCaptures,
  serviceEntryProtocols,
  servicePinsVersion,
  sidecarHidesDestination,
  strictRefusesCallers,
  strictWithoutAutoMtls,
  subsetElsewhere,
  subsetLabelsUnmatched,
  subsetPolicyUnused,
  subsetUnknown,
  targetPortProtocols,
  targetPortUnknown,
  targetUnknown,
  telemetryWithoutProvider,
  timeoutTooShort,
  tlsModeConflict,
  tlsModePortConflict,
  tlsModeWildcardConflict,
  tokenNotRequired,
  trustDomainUnknown,
  tryTimeoutNotRetried,
  versionsUnrouted,
  waypointIgnoresRoute,
  waypointMissing,
  waypointUnknown,
  waypointUnsuitable,
  waypointUnused,
  weightsNot100,
  wildcardHidden,
  wildcardTlsHidden,
  workloadPlanesMixed,
];
