package verify

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
)

// object writes the manifest of an Istio object whose spec is given in flow style.
func object(version, kind, spec string) string {
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x}\nspec: %s\n", version, kind, spec)
}

func virtualService(http string) string {
	return object("networking.istio.io/v1", "VirtualService", "{hosts: [a], http: ["+http+"]}")
}

func destinationRule(policy string) string {
	return object("networking.istio.io/v1", "DestinationRule", "{host: a, trafficPolicy: {"+policy+"}}")
}

const route = "route: [{destination: {host: a}}]"

// The verdicts differ, and it is their difference that makes it worth asking all of them.
func TestVerdictsOnOneObject(t *testing.T) {
	cases := []struct {
		given string
		yaml  string
		// then lists the verdicts that report an error, and texts that their messages must hold.
		then []string
		says []string
	}{
		{"a route", virtualService("{" + route + "}"), nil, nil},
		{"a uri both exact and prefix", virtualService("{match: [{uri: {exact: /a, prefix: /b}}], " + route + "}"),
			[]string{"schema"}, []string{"must validate one and only one schema (oneOf)"}},
		{"a load balancer both simple and consistentHash", destinationRule("loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}"),
			[]string{"schema"}, []string{"must validate one and only one schema (oneOf)"}},
		{"both jwks and jwksUri", object("security.istio.io/v1", "RequestAuthentication", `{jwtRules: [{issuer: i, jwksUri: "https://a", jwks: '{"keys":[]}'}]}`),
			[]string{"schema"}, []string{"only one of jwks or jwksUri can be set"}},
		{"a negative weight", virtualService("{route: [{destination: {host: a}, weight: -1}]}"),
			[]string{"validate", "webhook"}, []string{"weight -1 < 0"}},
		{"weights that sum up to zero", virtualService("{route: [{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 0}]}"),
			[]string{"validate", "webhook"}, []string{"total destination weight = 0"}},
		{"a rule without an action", virtualService("{match: [{uri: {exact: /a}}]}"),
			[]string{"validate", "webhook"}, []string{"HTTP route, redirect or direct_response is required"}},
		{"a space in retryOn", virtualService("{" + route + `, retries: {attempts: 1, retryOn: "5xx, reset"}}`),
			[]string{"validate", "webhook"}, []string{"is not a valid retryOn policy"}},
		{"a short host on a gateway", object("networking.istio.io/v1", "Gateway", "{servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a]}]}"),
			[]string{"validate", "webhook"}, []string{"short names (non FQDN) are not allowed"}},
		{"a timeout of zero", virtualService("{timeout: 0s, " + route + "}"),
			[]string{"schema", "validate", "webhook"}, []string{"must be a valid duration greater than 1ms", "duration must be greater than 1ms"}},
		{"an unknown field", virtualService("{" + route + ", timeuot: 1s}"),
			[]string{"schema", "validate"}, []string{`unknown field "spec.http[0].timeuot"`, `unknown field "timeuot" in istio.networking.v1alpha3.HTTPRoute`}},
		{"an unknown field at the top", virtualService("{"+route+"}") + "specs: {}\n",
			[]string{"schema", "validate", "webhook"}, []string{`unknown field "specs"`}},
		{"an unknown field of metadata", strings.Replace(virtualService("{"+route+"}"), "name: x", "name: x, lables: {}", 1),
			[]string{"schema"}, []string{`unknown field "metadata.lables"`}},
		{"a name in snake case", virtualService("{" + route + ", mirror_percentage: {value: 1}}"),
			[]string{"schema"}, []string{`unknown field "spec.http[0].mirror_percentage"`}},
		{"an unknown value of an enum", destinationRule("loadBalancer: {simple: FASTEST}"),
			[]string{"schema", "validate", "webhook"}, []string{`Unsupported value: "FASTEST"`, "unknown value"}},
		{"an enum given as a number", destinationRule("loadBalancer: {simple: 1}"),
			[]string{"schema"}, []string{"must be of type string"}},
		{"a number of the wrong type", virtualService("{route: [{destination: {host: a}, weight: heavy}]}"),
			[]string{"schema", "validate", "webhook"}, []string{`must be of type integer: "string"`, "cannot parse proto message"}},
		{"a port name twice", object("networking.istio.io/v1", "ServiceEntry",
			"{hosts: [a.com], resolution: DNS, ports: [{number: 80, name: a, protocol: HTTP}, {number: 81, name: a, protocol: HTTP}]}"),
			[]string{"schema", "validate", "webhook"}, []string{"Duplicate value", "already defined"}},
		{"a workloadSelector and targetRefs", object("networking.istio.io/v1alpha3", "EnvoyFilter",
			"{workloadSelector: {labels: {a: b}}, targetRefs: [{kind: Gateway, name: g, group: gateway.networking.k8s.io}]}"),
			[]string{"schema"}, []string{"only one of targetRefs or workloadSelector can be set"}},
		{"a name in upper case", strings.Replace(virtualService("{"+route+"}"), "name: x", "name: X", 1),
			[]string{"schema"}, []string{"RFC 1123"}},
		{"no name", strings.Replace(virtualService("{"+route+"}"), "name: x", "labels: {}", 1),
			[]string{"schema"}, []string{"name or generateName is required"}},
		{"a misspelled kind", strings.Replace(virtualService("{"+route+"}"), "VirtualService", "VirtualServce", 1),
			[]string{"schema"}, []string{`no matches for kind "VirtualServce" in version "networking.istio.io/v1"`}},
		{"a version that the kind never had", object("networking.istio.io/v1", "EnvoyFilter", "{}"),
			[]string{"schema"}, []string{`no matches for kind "EnvoyFilter" in version "networking.istio.io/v1"`}},
		{"no kind", "apiVersion: networking.istio.io/v1\n", []string{"schema"}, []string{"kind not set"}},
		{"a kind of somebody else", object("example.com/v1", "Anything", "{at: all}"), nil, nil},
		{"a dry run of a VirtualService", strings.Replace(virtualService("{"+route+"}"), "name: x", `name: x, annotations: {istio.io/dry-run: "true"}`, 1),
			[]string{"validate", "webhook"}, []string{"unsupported annotation istio.io/dry-run"}},
		{"exportTo of the own namespace twice", object("networking.istio.io/v1", "VirtualService", `{hosts: [a], exportTo: [., default], http: [{`+route+`}]}`),
			[]string{"validate", "webhook"}, []string{"duplicate entries in exportTo"}},
		{"a Service with an unnamed port", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80}]}\n",
			[]string{"validate"}, []string{"has an unnamed port"}},
		{"a Service with an unheard protocol", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80, name: foo-bar}]}\n",
			[]string{"validate"}, []string{`port "foo-bar" does not follow`}},
		{"a Service with an unheard appProtocol", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80, appProtocol: foo}]}\n",
			[]string{"validate"}, []string{"doesn't follow Istio protocol selection"}},
		{"a Service that says its protocols", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80, name: http}, {port: 53, protocol: UDP}]}\n",
			nil, nil},
		{"a Service without ports", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: null\n", nil, nil},
		{"an IstioOperator with a field that it doesn't have", object("install.istio.io/v1alpha1", "IstioOperator", "{profle: demo}"),
			[]string{"validate"}, []string{`unknown field "profle"`}},
	}
	verifier := New()
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			answer := run(t, verifier, c.yaml)
			if got := errorVerdicts(answer); !slices.Equal(got, c.then) {
				t.Errorf("errors of %v, want them of %v:\n%s", got, c.then, text(answer))
			}
			for _, says := range c.says {
				if !strings.Contains(text(answer), says) {
					t.Errorf("no message with %q:\n%s", says, text(answer))
				}
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	cases := []struct {
		given string
		yaml  string
		path  string
		line  int
	}{
		{"a field of the second document", "apiVersion: v1\nkind: Secret\n---\n\n# comment\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: x\nspec:\n  hosts:\n  - a\n  http:\n  - route:\n    - destination:\n        host: a\n        sub: b\n",
			"spec.http[0].route[0].destination.sub", 17},
		{"a field with Windows line ends", strings.ReplaceAll("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: x\nspec:\n  host: a\n", "\n", "\r\n"),
			"spec.host", 6},
		{"a byte order mark", "\uFEFFapiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: x\nspec:\n  host: a\n",
			"spec.host", 6},
		{"an item of a List", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.istio.io/v1\n  kind: VirtualService\n  metadata:\n    name: x\n  spec:\n    host: a\n",
			"spec.host", 9},
		{"JSON", "{\"apiVersion\": \"networking.istio.io/v1\",\n\t\"kind\": \"VirtualService\",\n\t\"metadata\": {\"name\": \"x\"},\n\t\"spec\": {\n\t\t\"host\": \"a\"}}",
			"spec.host", 5},
		{"the second of two JSON values", "{\"apiVersion\": \"v1\", \"kind\": \"Secret\"}\n{\"apiVersion\": \"networking.istio.io/v1\",\n\"kind\": \"VirtualService\", \"metadata\": {\"name\": \"x\"},\n\"spec\": {\"host\": \"a\"}}",
			"spec.host", 4},
		{"a path that only the text of the error tells", "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: x\nspec:\n  host: a\n  trafficPolicy:\n    loadBalancer:\n      simple: RANDOM\n      consistentHash:\n        useSourceIp: true\n",
			"spec.trafficPolicy.loadBalancer", 8},
	}
	verifier := New()
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			answer := run(t, verifier, c.yaml)
			if !slices.ContainsFunc(answer.Findings, func(f report.Finding) bool {
				return f.Path == c.path && f.Line == c.line && f.File == "test.yaml"
			}) {
				t.Errorf("nothing about %s in line %d:\n%+v", c.path, c.line, answer.Findings)
			}
		})
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	cases := []struct {
		given string
		yaml  string
		line  int
		says  string
	}{
		{"a sequence that isn't closed", "a: 1\n---\nb: [1,\nc: 2\n---\nd: 1\n", 4, "broken YAML"},
		{"a tab as indentation", "a:\n\tb: 1\n", 2, "found character that cannot start any token"},
		{"a key given twice", "a:\n  b: 1\n  c: 2\n  b: 3\n", 4, `key "b" already set in map`},
		{"a key given twice in JSON", "{\"a\": {\n\"b\": 1,\n\"b\": 2}}", 0, `duplicate field "a.b"`},
		{"an end that comes too early", "0: \n0", 2, "could not find expected ':'"},
		{"an unknown alias", "a: *b\n", 1, "unknown anchor 'b' referenced"},
		{"a bomb of aliases", bomb(), 1, "excessive aliasing"},
		{"binary junk", "\x00\x01\x02\xff\xfe\x00", 1, "control characters are not allowed"},
		{"text", "hello\n", 1, "not a Kubernetes object"},
		{"a sequence", "- a\n- b\n", 1, "not a Kubernetes object"},
		{"a List of text", "apiVersion: v1\nkind: List\nitems:\n- a\n", 4, "items[0] is not a Kubernetes object"},
	}
	verifier := New()
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			answer := run(t, verifier, c.yaml)
			if !slices.ContainsFunc(answer.Findings, func(f report.Finding) bool {
				return f.Verdict == Input && f.Level == report.Error && strings.Contains(f.Message, c.says) && (c.line == 0 || f.Line == c.line)
			}) {
				t.Errorf("no finding with %q in line %d:\n%+v", c.says, c.line, answer.Findings)
			}
		})
	}
}

func bomb() string {
	lines := []string{"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"}
	for i := range 12 {
		lines = append(lines, fmt.Sprintf("a%d: &a%d [%s]", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", ")))
	}
	return strings.Join(lines, "\n")
}

func TestObjectsAreCounted(t *testing.T) {
	cases := []struct {
		given string
		yaml  string
		then  int
	}{
		{"nothing", "", 0},
		{"empty documents", "---\n---\n# comment\n---\n", 0},
		{"null", "--- null\n---\n~\n", 0},
		{"documents with markers that carry text", "--- # one\na: 1\n--- {a: 2}\n---\t\na: 3\n", 3},
		{"markers inside of a text", "a: |\n  ---\n  b\nc: ----\n", 1},
		{"a broken document among others", "a: 1\n---\nb: [\n---\nc: 1\n", 2},
		{"a List", "apiVersion: v1\nkind: List\nitems: [{a: 1}, {a: 2}]\n", 2},
		{"a typed list", "apiVersion: networking.istio.io/v1\nkind: VirtualServiceList\nitems: [{a: 1}]\n", 1},
		{"an object with items", "apiVersion: v1\nkind: Menu\nitems: [{a: 1}, {a: 2}]\n", 1},
	}
	verifier := New()
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			if answer := run(t, verifier, c.yaml); answer.Objects != c.then {
				t.Errorf("%d objects, want %d", answer.Objects, c.then)
			}
		})
	}
}

func run(t *testing.T, verifier *Verifier, yaml string) *report.Report {
	t.Helper()
	answer, err := verifier.Run([]Source{{Name: "test.yaml", Text: []byte(yaml)}}, Options{Verdicts: []string{Schema, Webhook, Validate}})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// errorVerdicts lists the verdicts that found errors, each once.
func errorVerdicts(answer *report.Report) []string {
	var verdicts []string
	for _, f := range answer.Findings {
		if f.Level == report.Error {
			verdicts = append(verdicts, f.Verdict)
		}
	}
	slices.Sort(verdicts)
	return slices.Compact(verdicts)
}

func text(answer *report.Report) string {
	var lines []string
	for _, f := range answer.Findings {
		lines = append(lines, fmt.Sprintf("%s %s %s:%d %s: %s", f.Verdict, f.Level, f.File, f.Line, f.Path, f.Message))
	}
	return strings.Join(lines, "\n")
}

// The analysis names the line of the field, and where the object is an item of a List or a pod of a workload, too.
func TestPlacesOfTheAnalysis(t *testing.T) {
	cases := []struct {
		given, yaml, code, path string
		line                    int
	}{
		{"a field", "---\n# comment\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: x\nspec:\n  hosts: [a]\n  http:\n  - route:\n    - destination:\n        host: gone\n",
			"IST0101", "spec.http[0].route[0].destination.host", 12},
		{"a field of an item of a List", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.istio.io/v1\n  kind: VirtualService\n  metadata:\n    name: x\n  spec:\n    hosts: [a]\n    http:\n    - route:\n      - destination:\n          host: gone\n",
			"IST0101", "spec.http[0].route[0].destination.host", 13},
		{"an object", "\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: x\nspec:\n  host: gone\n",
			"IST0174", "", 2},
		{"the template of a pod", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: x\nspec:\n  template:\n    metadata:\n      annotations:\n        sidecar.istio.io/interceptionMode: FLY\n    spec:\n      containers: []\n",
			"IST0125", "spec.template", 6},
		{"a field among others on its line", "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\nspec: {hosts: [a], http: [{route: [{destination: {host: gone}}]}]}\n",
			"IST0101", "", 4},
	}
	verifier := New()
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			answer, err := verifier.Run([]Source{{Name: "test.yaml", Text: []byte(c.yaml)}}, Options{Verdicts: []string{Analyze}})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(answer.Findings, func(f report.Finding) bool { return f.Code == c.code && f.Path == c.path && f.Line == c.line }) {
				t.Errorf("no %s about %s in line %d:\n%s", c.code, c.path, c.line, text(answer))
			}
		})
	}
}

func TestMeshConfig(t *testing.T) {
	cases := []struct {
		given, yaml string
		level       report.Level
		says        string
	}{
		{"a bad value", "connectTimeout: -1s\n", report.Error, "invalid connect timeout"},
		{"an unknown enum", "outboundTrafficPolicy: {mode: SOME}\n", report.Error, "unknown value"},
		{"broken YAML", "a: [\n", report.Error, "did not find expected"},
		{"an unknown field", "conectTimeout: 1s\n", report.Warning, `unknown field "conectTimeout"`},
	}
	verifier := New()
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			answer, err := verifier.Run(nil, Options{Mesh: Source{Name: "mesh.yaml", Text: []byte(c.yaml)}})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(answer.Findings, func(f report.Finding) bool {
				return f.Level == c.level && f.Kind == "MeshConfig" && f.File == "mesh.yaml" && strings.Contains(f.Message, c.says)
			}) {
				t.Errorf("no %s with %q:\n%s", c.level, c.says, text(answer))
			}
		})
	}
	answer, err := verifier.Run(nil, Options{Mesh: Source{Name: "mesh.yaml", Text: []byte("rootNamespace: a\nconnectTimeout: 5s\n")}})
	if err != nil || len(answer.Findings) > 0 {
		t.Errorf("a good mesh config: %v\n%s", err, text(answer))
	}
}
