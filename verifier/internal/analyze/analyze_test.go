package analyze

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/assume"
)

// found lists the codes of the messages with the kind and name of what they are about, and "external" where they are.
func found(t *testing.T, text string, options Options) []string {
	t.Helper()
	var found []string
	for _, m := range Run(prepareAll(parse(t, text)), options) {
		line := m.Code
		if m.Object != nil {
			line += fmt.Sprintf(" %s %s", m.Object.GetKind(), m.Object.GetName())
		}
		if m.External {
			line += " external"
		}
		found = append(found, line)
	}
	slices.Sort(found)
	return found
}

const (
	injectedNamespace = "{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {istio-injection: enabled}}}\n---\n"
	service           = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: a}, ports: [{name: http, port: 80, protocol: TCP}]}}\n---\n"
	routeToA          = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}\n---\n"
	policyForA        = "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: x}, spec: {selector: {matchLabels: {app: a}}}}\n---\n"
	gateway           = "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: g}, spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.example.com], tls: {mode: SIMPLE, credentialName: cert}}]}}\n---\n"
)

func workload(apiVersion, kind, template string) string {
	return fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: w}, spec: {template: %s}}\n---\n", apiVersion, kind, template)
}

func rules(subsets string) string {
	return fmt.Sprintf("{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: r}, spec: {host: a, subsets: [%s]}}\n---\n", subsets)
}

// Pods come of workloads, and are in the mesh as their namespace and labels say.
func TestPodsOfWorkloads(t *testing.T) {
	const template = "{metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i}]}}"
	const missed = "IST0127 AuthorizationPolicy x external"
	plainNamespace := strings.Replace(injectedNamespace, "{istio-injection: enabled}", "{}", 1)
	revision := strings.Replace(injectedNamespace, "istio-injection: enabled", "istio.io/rev: canary", 1)
	ambient := strings.Replace(injectedNamespace, "istio-injection: enabled", "istio.io/dataplane-mode: ambient", 1)
	cases := []struct {
		given string
		yaml  string
		then  []string
	}{
		{"no workload", injectedNamespace, []string{missed}},
		{"a Deployment", injectedNamespace + workload("apps/v1", "Deployment", template), nil},
		{"a StatefulSet", injectedNamespace + workload("apps/v1", "StatefulSet", template), nil},
		{"a DaemonSet", injectedNamespace + workload("apps/v1", "DaemonSet", template), nil},
		{"a Job", injectedNamespace + workload("batch/v1", "Job", template), nil},
		{"a CronJob", injectedNamespace + "{apiVersion: batch/v1, kind: CronJob, metadata: {name: w}, spec: {jobTemplate: {spec: {template: " + template + "}}}}\n---\n", nil},
		{"an Argo Rollout", injectedNamespace + workload("argoproj.io/v1alpha1", "Rollout", template), nil},
		{"a kind that makes no pods", injectedNamespace + workload("example.com/v1", "Deployment", template), []string{missed}},
		{"a workload with other labels", injectedNamespace + workload("apps/v1", "Deployment", strings.Replace(template, "app: a", "app: b", 1)), []string{missed}},
		{"a workload that isn't injected", plainNamespace + workload("apps/v1", "Deployment", template), []string{"IST0102 Namespace default", missed}},
		{"a workload that asks for injection", plainNamespace + workload("apps/v1", "Deployment", strings.Replace(template, "app: a", `app: a, sidecar.istio.io/inject: "true"`, 1)), []string{"IST0102 Namespace default"}},
		{"a workload that asks for a revision", plainNamespace + workload("apps/v1", "Deployment", strings.Replace(template, "app: a", "app: a, istio.io/rev: canary", 1)), []string{"IST0102 Namespace default"}},
		{"a namespace with a revision", revision + workload("apps/v1", "Deployment", template), nil},
		{"an ambient namespace", ambient + workload("apps/v1", "Deployment", template), nil},
		{"a workload that leaves the ambient mesh", ambient + workload("apps/v1", "Deployment", strings.Replace(template, "app: a", "app: a, istio.io/dataplane-mode: none", 1)), []string{missed}},
		{"a workload that refuses injection", injectedNamespace + workload("apps/v1", "Deployment", strings.Replace(template, "app: a", `app: a, sidecar.istio.io/inject: "false"`, 1)), []string{missed}},
		{"an injected gateway", injectedNamespace + workload("apps/v1", "Deployment", strings.Replace(template, "name: c, image: i", "name: istio-proxy, image: auto", 1)), []string{"IST0146 Deployment w"}},
		{"an injector with an image of its own", injectedNamespace + workload("apps/v1", "Deployment", template) +
			`{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-sidecar-injector, namespace: istio-system}, data: {values: '{"global": {"hub": "h", "tag": "2", "proxy": {"image": "proxyv2"}}, "sidecarInjectorWebhook": {"enableNamespacesByDefault": false}}'}}` + "\n---\n", nil},
		{"a fault of the template, told once", injectedNamespace + workload("apps/v1", "Deployment", strings.Replace(template, "image: i", "image: i, securityContext: {runAsUser: 1337}", 1)), []string{"IST0144 Deployment w"}},
		{"a template that nobody can read", injectedNamespace + workload("batch/v1", "Job", "hello"), []string{missed}},
	}
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			if got := found(t, c.yaml+policyForA, plain); !slices.Equal(got, c.then) {
				t.Errorf("got %q, want %q", got, c.then)
			}
		})
	}
}

// injector is a webhook for the pods of namespaces with a revision tag.
func injector(name, tag string) string {
	return "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: " + name + ", labels: {app: sidecar-injector}}, webhooks: [{name: " +
		"rev.namespace.sidecar-injector.istio.io, clientConfig: {service: {name: istiod-1-31-1, namespace: istio-system}}, namespaceSelector: {matchLabels: {istio.io/rev: " + tag + "}}}]}\n---\n"
}

// A finding is external if what it lacks may be outside of the files.
func TestExternal(t *testing.T) {
	const v1 = "{name: v1, labels: {version: v1}}"
	pod := injectedNamespace + workload("apps/v1", "Deployment", "{metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i}]}}")
	toSubset := strings.Replace(routeToA, "host: a}", "host: a, subset: v1}", 1)
	toPort := strings.Replace(routeToA, "host: a}", "host: a, port: {number: 81}}", 1)
	onGateway := strings.Replace(routeToA, "hosts: [a]", "hosts: [a.example.com], gateways: [g]", 1)
	elsewhere := strings.Replace(policyForA, "selector: {matchLabels: {app: a}}", "rules: [{from: [{source: {namespaces: [b]}}]}]", 1)
	cases := []struct {
		given string
		yaml  string
		then  []string
	}{
		{"a host that isn't there", routeToA, []string{"IST0101 VirtualService x external"}},
		{"a host that is there", routeToA + service, nil},
		{"a port that the Service doesn't have", toPort + service, []string{"IST0101 VirtualService x"}},
		{"a subset of no rule", toSubset + service, []string{"IST0101 VirtualService x external"}},
		{"a subset that the rule doesn't have", toSubset + service + rules(""), []string{"IST0101 VirtualService x"}},
		{"a subset without pods of a Service without pods", service + rules(v1), []string{"IST0173 DestinationRule r external"}},
		{"a subset without pods of a Service with pods", service + rules(v1) + pod, []string{"IST0173 DestinationRule r"}},
		{"a rule for a host that isn't there", rules(""), []string{"IST0174 DestinationRule r external"}},
		{"a gateway that isn't there", onGateway + service, []string{"IST0101 VirtualService x external", "IST0132 VirtualService x external"}},
		{"a gateway for other hosts", strings.Replace(onGateway, "a.example.com", "b.example.com", 1) + service + gateway,
			[]string{"IST0101 Gateway g external", "IST0132 VirtualService x"}},
		{"a namespace that isn't there", elsewhere + pod, []string{"IST0101 AuthorizationPolicy x external"}},
		{"a control plane that isn't there", injector("i", "prod"), []string{"IST0139 MutatingWebhookConfiguration i external"}},
		{"two injectors for the same pods", injector("i", "prod") + injector("j", "prod"), []string{
			"IST0139 MutatingWebhookConfiguration i", "IST0139 MutatingWebhookConfiguration i external",
			"IST0139 MutatingWebhookConfiguration j", "IST0139 MutatingWebhookConfiguration j external",
		}},
	}
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			if got := found(t, c.yaml, plain); !slices.Equal(got, c.then) {
				t.Errorf("got %q, want %q", got, c.then)
			}
		})
	}
}

// What is assumed counts but isn't judged.
func TestAssumed(t *testing.T) {
	cases := []struct {
		given  string
		yaml   string
		assume string
		then   []string
	}{
		{"a host", routeToA, "hosts: [a.default.svc.cluster.local]", nil},
		{"a host with another port", strings.Replace(routeToA, "host: a}", "host: a, port: {number: 81}}", 1), "hosts: ['a.default.svc.cluster.local:80']", []string{"IST0101 VirtualService x external"}},
		{"a host outside of the cluster", strings.Replace(routeToA, "host: a}", "host: api.example.com, port: {number: 443}}", 1), "hosts: ['api.example.com:443']", nil},
		{"a gateway and its secret", gateway, "gateways: [{labels: {istio: ingressgateway}, ports: [443]}]\nsecrets: [istio-system/cert]", nil},
		{"a gateway without the port", gateway, "gateways: [{labels: {istio: ingressgateway}, ports: [80]}]\nsecrets: [istio-system/cert]", []string{"IST0162 Gateway g"}},
		{"a gateway without the secret", gateway, "gateways: [{labels: {istio: ingressgateway}, ports: [443]}]", []string{"IST0101 Gateway g external"}},
		{"a namespace", strings.Replace(policyForA, "selector: {matchLabels: {app: a}}", "rules: [{from: [{source: {namespaces: [b]}}]}]", 1), "namespaces: [b]",
			[]string{"IST0127 AuthorizationPolicy x external"}},
		{"manifests", routeToA, service, nil},
		{"manifests with faults of their own", service, routeToA + strings.Replace(routeToA, "host: a", "host: gone", 1), nil},
	}
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			options := plain
			var err error
			if options.Assumed, err = assume.Parse("assume.yaml", c.assume, "istio-system"); err != nil {
				t.Fatal(err)
			}
			if got := found(t, c.yaml, options); !slices.Equal(got, c.then) {
				t.Errorf("got %q, want %q", got, c.then)
			}
		})
	}
}

func TestSuppressed(t *testing.T) {
	annotated := func(codes string) string {
		return strings.Replace(routeToA, "name: x", "name: x, annotations: {galley.istio.io/analyze-suppress: "+codes+"}", 1)
	}
	fault := workload("apps/v1", "StatefulSet", "{spec: {securityContext: {runAsUser: 1337}}}")
	cases := []struct {
		given   string
		yaml    string
		options []string
		then    []string
	}{
		{"by its code", annotated(`"IST0001,IST0101"`), nil, nil},
		{"by all codes", annotated(`"*"`), nil, nil},
		{"by another code", annotated("IST0102"), nil, []string{"IST0101 VirtualService x external"}},
		{"on the workload of a pod", strings.Replace(fault, "name: w", "name: w, annotations: {galley.istio.io/analyze-suppress: IST0144}", 1), nil, nil},
		{"nowhere", fault, nil, []string{"IST0144 StatefulSet w"}},
		{"by an option", routeToA, []string{"IST0101=VirtualService default/x"}, nil},
		{"by an option with a pattern", routeToA, []string{"IST0101=VirtualService *"}, nil},
		{"by an option for another object", routeToA, []string{"IST0101=VirtualService other/*"}, []string{"IST0101 VirtualService x external"}},
	}
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			options := plain
			for _, text := range c.options {
				suppression, err := ParseSuppression(text)
				if err != nil {
					t.Fatal(err)
				}
				options.Suppressions = append(options.Suppressions, suppression)
			}
			if got := found(t, c.yaml, options); !slices.Equal(got, c.then) {
				t.Errorf("got %q, want %q", got, c.then)
			}
		})
	}
}

// An analyzer keeps the first mesh config that it ever sees, but each run has its own.
func TestEachRunHasItsOwnMeshConfig(t *testing.T) {
	text := injectedNamespace + workload("apps/v1", "Deployment", "{metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i}]}}") +
		strings.Replace(policyForA, "name: x", "name: x, namespace: root", 1)
	for range 2 {
		for root, want := range map[string][]string{"root": nil, "other": {"IST0127 AuthorizationPolicy x external"}} {
			options := plain
			options.Mesh = mesh.DefaultMeshConfig()
			options.Mesh.RootNamespace = root
			if got := found(t, text, options); !slices.Equal(got, want) {
				t.Errorf("root namespace %s: got %q, want %q", root, got, want)
			}
		}
	}
}

// An analyzer that crashes is told of, and the others still run.
func TestCrashOfAnAnalyzer(t *testing.T) {
	options := plain
	// One of the analyzers relies on a proxy config.
	options.Mesh = &meshconfig.MeshConfig{RootNamespace: "istio-system"}
	if got, want := found(t, routeToA, options), []string{"IST0001", "IST0101 VirtualService x external"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A subset may select pods by where their node is, which the pods themselves don't say.
func TestSubsetByNode(t *testing.T) {
	const node = "{apiVersion: v1, kind: Node, metadata: {name: node, labels: {topology.kubernetes.io/region: r, topology.kubernetes.io/zone: here}}}\n---\n"
	const pod = "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: a}}, spec: {nodeName: node, containers: [{name: c, image: i}]}}\n---\n"
	for zone, want := range map[string][]string{"here": nil, "there": {"IST0173 DestinationRule r"}} {
		text := service + node + pod + rules("{name: v1, labels: {topology.kubernetes.io/zone: "+zone+"}}")
		if got := found(t, text, plain); !slices.Equal(got, want) {
			t.Errorf("zone %s: got %q, want %q", zone, got, want)
		}
		compare(t, parse(t, text))
	}
}
