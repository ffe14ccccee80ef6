package analyze

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"istio.io/istio/pkg/config/analysis/msg"
	"istio.io/istio/pkg/test/env"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
)

// unreachable are the codes that no file can bring about, and why.
var unreachable = map[string]string{
	"IST0001": "an analyzer has to crash",
	"IST0126": "needs mesh networks, which no manifest holds",
	"IST0136": "its analyzer, of alpha annotations, isn't one of those that istioctl runs",
	"IST0141": "istioctl x precheck: permissions of the user",
	"IST0142": "istioctl x precheck: version of the cluster",
	"IST0143": "nothing in Istio reports it",
	"IST0156": "istioctl x precheck: installed control planes",
	"IST0168": "nothing in Istio reports it",
	"IST0169": "istioctl x precheck: changed defaults of a release",
	"IST0170": "needs several clusters",
	"IST0172": "istioctl x precheck: changed defaults of a release",
}

// own are inputs for codes that Istio's test data doesn't reach, or only with options that it sets in code.
var own = []string{
	// IST0148: a namespace is injected because the injector does so by default.
	`{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-sidecar-injector, namespace: istio-system}, data: {values: '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}'}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: default}}`,
	// IST0149: a route by JWT claims on a gateway without RequestAuthentication.
	gateway + `{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {istio: ingressgateway}}, spec: {containers: []}}
---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, spec: {hosts: [a.example.com], gateways: [g], http: [{match: [{headers: {"@request.auth.claims.sub": {exact: a}}}], redirect: {uri: /a}}]}}`,
	// IST0158: a pod runs another proxy than the injector puts in.
	injectedNamespace + `{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-sidecar-injector, namespace: istio-system}, data: {values: '{"global": {"hub": "h", "tag": "2", "proxy": {"image": "proxyv2"}}, "sidecarInjectorWebhook": {"enableNamespacesByDefault": false}}'}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: istio-proxy, image: h/proxyv2:1}]}}`,
}

// Every code is either seen in a report or known to be out of reach.
func TestCodes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(env.IstioSrc, "pkg/config/analysis/analyzers/testdata/*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	reached := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		objects, _ := manifest.Parse(file, text)
		for _, message := range Run(prepareAll(objects), plain) {
			reached[message.Code] = true
		}
	}
	for _, text := range own {
		objects := parse(t, text)
		for _, message := range Run(prepareAll(objects), plain) {
			reached[message.Code] = true
		}
		compare(t, parse(t, text))
	}
	for _, known := range msg.All() {
		_, out := unreachable[known.Code()]
		if out == reached[known.Code()] {
			t.Errorf("%s: reached: %v, listed as unreachable: %v", known.Code(), reached[known.Code()], out)
		}
	}
	t.Logf("%d codes reached: %v", len(reached), slices.Sorted(maps.Keys(reached)))
}
