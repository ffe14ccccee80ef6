package verify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
)

// Whatever comes in, the answer is a report: no crash, no hang, and never less than one finding about what can't be read.
func FuzzAnyInput(f *testing.F) {
	f.Add([]byte(virtualService("{" + route + "}")))
	f.Add([]byte(destinationRule("loadBalancer: {simple: RANDOM}")))
	f.Add([]byte("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Service, spec: {ports: [1]}}]\n"))
	f.Add([]byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: 1}\nspec: {template: {spec: {containers: {}}}}\n"))
	f.Add([]byte("{\"apiVersion\": \"networking.istio.io/v1\", \"kind\": \"Gateway\", \"spec\": {\"servers\": [null]}}"))
	f.Add([]byte("apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nspec: {rules: [null, {from: [null]}]}\n"))
	f.Add([]byte("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: []\nspec: text\nstatus: 1\n"))
	f.Add([]byte(bomb()))
	f.Add([]byte("\xff\xfea\x00:\x00"))
	f.Add([]byte("---\n--- \n...\n%YAML 1.2\n---\n? {a: b}\n: c\n"))
	verifier := New()
	f.Fuzz(func(t *testing.T, text []byte) {
		start := time.Now()
		answer, err := verifier.Run([]Source{{Name: "fuzz.yaml", Text: text}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		for _, found := range answer.Findings {
			if found.File != "" && (found.Line < 1 || found.Line > strings.Count(string(text), "\n")+1) {
				t.Errorf("line %d of %q: %+v", found.Line, text, found)
			}
		}
	})
}

func TestObjectsThatNobodyExpects(t *testing.T) {
	cases := map[string]string{
		"null in lists":          object("networking.istio.io/v1", "VirtualService", "{hosts: [null], http: [null, {route: [null], match: [null]}]}"),
		"null in a gateway":      object("networking.istio.io/v1", "Gateway", "{servers: [null, {port: null, hosts: [null]}]}"),
		"null in a rule":         object("networking.istio.io/v1", "DestinationRule", "{host: a, subsets: [null], trafficPolicy: {portLevelSettings: [null]}}"),
		"null in a policy":       object("security.istio.io/v1", "AuthorizationPolicy", "{rules: [null, {from: [null, {source: null}], to: [null], when: [null]}]}"),
		"null in an entry":       object("networking.istio.io/v1", "ServiceEntry", "{hosts: [a.com], ports: [null], endpoints: [null]}"),
		"null in a sidecar":      object("networking.istio.io/v1", "Sidecar", "{egress: [null], ingress: [null]}"),
		"null in telemetry":      object("telemetry.istio.io/v1", "Telemetry", "{tracing: [null], metrics: [null, {overrides: [null]}], accessLogging: [null]}"),
		"null in a filter":       object("networking.istio.io/v1alpha3", "EnvoyFilter", "{configPatches: [null, {patch: null, match: null}]}"),
		"a Service of numbers":   "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [1, 2], selector: [3]}\n",
		"a Deployment of text":   "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: text}\n",
		"metadata as a list":     "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: [a]\nspec: {}\n",
		"labels of numbers":      "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x, labels: {a: 1}}\nspec: {}\n",
		"a spec that is a text":  "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\nspec: text\n",
		"a Secret of nonsense":   "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {tls.crt: '###'}\n",
		"a webhook of nonsense":  "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: istio}\nwebhooks: [{name: a.istio.io, clientConfig: {url: ':::'}}]\n",
		"an injector's nonsense": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector, namespace: istio-system}\ndata: {values: '[]'}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
	}
	verifier := New()
	for name, yaml := range cases {
		t.Run(name, func(t *testing.T) {
			answer, err := verifier.Run([]Source{{Name: "test.yaml", Text: []byte(yaml)}}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range answer.Findings {
				if strings.Contains(found.Message, "goroutine") {
					t.Errorf("a stack in the report: %s", found.Message)
				}
			}
		})
	}
}

// 50 MB: one document too large to be an object, and as many objects as a large cluster has.
func TestLargeFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const size = 50 << 20
	cases := []struct {
		given   string
		text    string
		objects int
	}{
		{"one text", "a: " + strings.Repeat("x", size), 1},
		{"junk", strings.Repeat("\x00\xff\x01junk", size/7), 0},
		{"open brackets", strings.Repeat("[", 1<<20), 0},
		{"open braces", strings.Repeat("{a: ", 1<<20), 0},
		{"empty documents", strings.Repeat("---\n", size/4), 0},
		{"blank lines", strings.Repeat("\n", size), 0},
		{"a List with a finding about each item", "apiVersion: v1\nkind: List\nitems:\n" + strings.Repeat("- {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 1}]}}\n", 20_000), 20_000},
		{"small objects", strings.Repeat("---\na: 1\n", 100_000), 100_000},
	}
	verifier := New()
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			start := time.Now()
			answer, err := verifier.Run([]Source{{Name: "large.yaml", Text: []byte(c.text)}}, Options{Verdicts: []string{Validate}})
			if err != nil {
				t.Fatal(err)
			}
			if answer.Objects != c.objects || c.objects == 0 && strings.TrimLeft(c.text, "-\n") != "" && !answer.Has(report.Error, false) {
				t.Errorf("%d objects, %d findings", answer.Objects, len(answer.Findings))
			}
			t.Log(fmt.Sprint(time.Since(start)))
		})
	}
}
