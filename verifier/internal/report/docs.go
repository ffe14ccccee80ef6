package report

import "k8s.io/apimachinery/pkg/runtime/schema"

const reference = "https://istio.io/latest/docs/reference/config/"

// MeshURL is the reference page of the mesh config.
const MeshURL = reference + "istio.mesh.v1alpha1/"

// pages are the reference pages of Istio's kinds.
var pages = map[schema.GroupKind]string{
	{Group: "extensions.istio.io", Kind: "TrafficExtension"}:    "proxy_extensions/traffic_extension/",
	{Group: "extensions.istio.io", Kind: "WasmPlugin"}:          "proxy_extensions/wasm-plugin/",
	{Group: "networking.istio.io", Kind: "DestinationRule"}:     "networking/destination-rule/",
	{Group: "networking.istio.io", Kind: "EnvoyFilter"}:         "networking/envoy-filter/",
	{Group: "networking.istio.io", Kind: "Gateway"}:             "networking/gateway/",
	{Group: "networking.istio.io", Kind: "ProxyConfig"}:         "networking/proxy-config/",
	{Group: "networking.istio.io", Kind: "ServiceEntry"}:        "networking/service-entry/",
	{Group: "networking.istio.io", Kind: "Sidecar"}:             "networking/sidecar/",
	{Group: "networking.istio.io", Kind: "VirtualService"}:      "networking/virtual-service/",
	{Group: "networking.istio.io", Kind: "WorkloadEntry"}:       "networking/workload-entry/",
	{Group: "networking.istio.io", Kind: "WorkloadGroup"}:       "networking/workload-group/",
	{Group: "security.istio.io", Kind: "AuthorizationPolicy"}:   "security/authorization-policy/",
	{Group: "security.istio.io", Kind: "PeerAuthentication"}:    "security/peer_authentication/",
	{Group: "security.istio.io", Kind: "RequestAuthentication"}: "security/request_authentication/",
	{Group: "telemetry.istio.io", Kind: "Telemetry"}:            "telemetry/",
}

// DocsURL is the reference page of a kind, or nothing when Istio doesn't document it.
func DocsURL(id schema.GroupVersionKind) string {
	page, ok := pages[id.GroupKind()]
	if !ok {
		return ""
	}
	return reference + page
}
