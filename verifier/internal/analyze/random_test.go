package analyze

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Small worlds of few names, so that objects meet: whatever a shortcut leaves out would be missed in one of them.
func TestSameMessagesInRandomWorlds(t *testing.T) {
	usual := partSize
	t.Cleanup(func() { partSize = usual })
	partSize = 2
	// Which gateways a conflict names depends in Istio on the order in which it happens to look at them: each gateway leaves
	// its hosts behind in those that it was held against. That there is a conflict doesn't.
	named := regexp.MustCompile(`IST0145 \((.*?)\) .*`)
	settled := func(lines []string) []string {
		for i, line := range lines {
			lines[i] = named.ReplaceAllString(line, "IST0145 ($1)")
		}
		slices.Sort(lines)
		return slices.Compact(lines)
	}
	for seed := range uint64(150) {
		text := randomWorld(rand.New(rand.NewPCG(seed, seed)))
		var theirs, ours []string
		for range 20 {
			objects := parse(t, text)
			manifests := withPods(t, objects)
			theirs, ours = settled(istioSays(t, manifests)), settled(weSay(parse(t, text)))
			if slices.Equal(theirs, ours) {
				break
			}
		}
		if !slices.Equal(theirs, ours) {
			t.Fatalf("seed %d: only Istio says:\n%s\nonly we say:\n%s\n%s", seed, without(theirs, ours), without(ours, theirs), text)
		}
	}
}

func randomWorld(r *rand.Rand) string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	namespace := func() string { return one("istio-system", "ns-a", "ns-b") }
	app := func() string { return one("x", "z") }
	labels := func() string {
		return one("{app: x}", "{app: z}", "{app: x, version: v1}", "{version: v1}", "{version: v2, app: z}", "{istio: ingressgateway}", "{}")
	}
	host := func() string {
		return one("x", "z", "x.ns-a.svc.cluster.local", "z.ns-b.svc.cluster.local", "a.example.com", "b.example.com", "*.example.com", "gone")
	}
	documents := map[string]func(name string) string{
		"networking.istio.io/v1 Gateway": func(string) string {
			if r.IntN(5) == 0 {
				return fmt.Sprintf("{selector: %s}", labels())
			}
			return fmt.Sprintf("{selector: %s, servers: [{port: {number: %s, name: https, protocol: HTTPS}, hosts: [%s], tls: {mode: SIMPLE, credentialName: %s}}]}",
				labels(), one("443", "8443"), one(`"a.example.com"`, `"*/b.example.com"`, `"./c.example.com"`, `"*"`), one("cert-1", "cert-2", "cert-3"))
		},
		"networking.istio.io/v1 VirtualService": func(name string) string {
			header := one("", `match: [{headers: {"@request.auth.claims.sub": {exact: a}}}], `)
			return fmt.Sprintf("{hosts: [%s], exportTo: [%s], gateways: [%s], http: [{%sroute: [{destination: {host: %q, subset: %s}}]}, {route: [{destination: {host: %q}}]}]}",
				one(`"a.example.com"`, `"*.example.com"`, `"*.com"`, "x", "z", "x, z", "x.ns-a.svc.cluster.local", "w-"+name), one("", "., ns-b", `"*"`, "ns-a"), one("", "g0", "ns-a/g1", "mesh, g2"), header, host(), one("v1", "v2"), host())
		},
		"networking.istio.io/v1 DestinationRule": func(string) string {
			return fmt.Sprintf("{host: %q, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: %s}]}", host(),
				one(labels(), labels(), "{topology.kubernetes.io/zone: zone}", "{kubernetes.io/hostname: node}"))
		},
		"networking.istio.io/v1 ServiceEntry": func(string) string {
			return fmt.Sprintf("{hosts: [%s], resolution: %s, ports: [{number: 80, name: http, protocol: %s}], exportTo: [%s]%s}",
				one(`"a.example.com"`, `"*.example.com"`, `"b.example.com"`), one("DNS", "NONE", "STATIC"), one("HTTP", "TCP"), one(`"*"`, "."),
				one("", ", workloadSelector: {labels: {app: x}}"))
		},
		"networking.istio.io/v1 Sidecar": func(string) string {
			return fmt.Sprintf(`{workloadSelector: {labels: %s}, egress: [{hosts: ["*/*"]}]}`, labels())
		},
		"telemetry.istio.io/v1 Telemetry": func(string) string {
			return fmt.Sprintf("{selector: {matchLabels: %s}, accessLogging: [{}]}", labels())
		},
		"security.istio.io/v1 RequestAuthentication": func(string) string { return fmt.Sprintf("{selector: {matchLabels: %s}}", labels()) },
		"security.istio.io/v1 AuthorizationPolicy": func(string) string {
			return fmt.Sprintf("{%srules: [{from: [{source: {namespaces: [%s]}}]}]}", one("", "selector: {matchLabels: "+labels()+"}, "), one("ns-a", "gone", `"ns-*"`))
		},
		"v1 Service": func(string) string {
			return fmt.Sprintf("{selector: %s, ports: [{name: http, port: 80, targetPort: %s, protocol: TCP}, {name: b, port: 443, protocol: %s}]}", labels(), one("80", "8080", "443"), one("TCP", "UDP"))
		},
		"apps/v1 Deployment": func(string) string {
			return fmt.Sprintf("{selector: {}, template: {metadata: {labels: %s, annotations: {sidecar.istio.io/inject: %q}}, spec: {hostNetwork: %s, containers: [{name: app, image: a}]}}}",
				labels(), one("true", "false", ""), one("true", "false"))
		},
		"v1 Pod": func(string) string {
			return fmt.Sprintf("{nodeName: %s, containers: [{name: istio-proxy, image: a}]}", one("node", "gone"))
		},
		"apps/v1 StatefulSet": func(string) string {
			return fmt.Sprintf("{template: {metadata: {labels: %s}, spec: {containers: [{name: app, image: a, securityContext: {runAsUser: 1337}}]}}}", labels())
		},
	}
	kinds := make([]string, 0, len(documents))
	for kind := range documents {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	var world []string
	for _, name := range []string{"istio-system", "ns-a", "ns-b"} {
		world = append(world, fmt.Sprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: %s}}", name,
			one("{}", "{istio-injection: enabled}", "{istio-injection: disabled}", "{istio.io/rev: a}", "{istio.io/dataplane-mode: ambient}")))
	}
	world = append(world, "{apiVersion: v1, kind: Node, metadata: {name: node, labels: {topology.kubernetes.io/region: r, topology.kubernetes.io/zone: zone}}}")
	for i := range 30 {
		kind := one(kinds...)
		id := strings.Fields(kind)
		name := one(app(), fmt.Sprintf("g%d", i%4))
		world = append(world, fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: %s}, spec: %s}", id[0], id[1], name, namespace(), documents[kind](name)))
	}
	return strings.Join(world, "\n---\n")
}
