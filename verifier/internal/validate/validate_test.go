package validate

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"istio.io/istio/istioctl/pkg/cli"
	"istio.io/istio/istioctl/pkg/validate"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/examples"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
)

// istioctl runs the command that this package stands for.
func istioctl(t *testing.T, text string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	command := validate.NewValidateCommand(cli.NewFakeContext(&cli.NewFakeContextOption{IstioNamespace: "istio-system"}))
	command.SetArgs([]string{"-f", file})
	command.SetOut(&out)
	command.SetErr(&out)
	command.SilenceUsage = true
	err := command.Execute()
	return out.String(), err
}

func TestAgreesWithIstioctl(t *testing.T) {
	cases := []struct {
		given string
		yaml  string
	}{
		{"a good VirtualService", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}"},
		{"several errors", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, spec: {hosts: [a, a], http: [{timeout: 0s, route: [{destination: {host: a}, weight: -1}]}]}}"},
		{"errors and warnings", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, spec: {hosts: [a], http: [{mirrorPercent: 5, route: [{destination: {host: a}}]}, {route: [{destination: {host: a}, weight: -1}]}]}}"},
		{"warnings only", "{apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: {name: x}, spec: {configPatches: []}}"},
		{"warnings inside of a subset that Istio drops", "{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: x}, spec: {host: a, subsets: [{name: v1, trafficPolicy: {outlierDetection: {consecutiveErrors: 3}}}]}}"},
		{"an unknown field", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, spec: {host: a}}"},
		{"unknown fields at the top", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, specs: {}, stat: 1}"},
		{"the default namespace", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x}, spec: {hosts: [a], exportTo: [., default], http: [{route: [{destination: {host: a}}]}]}}"},
		{"an IstioOperator", "{apiVersion: install.istio.io/v1alpha1, kind: IstioOperator, metadata: {name: x}, spec: {profile: demo, values: {global: {nope: 1}}}}"},
		{"a bad hub", "{apiVersion: install.istio.io/v1alpha1, kind: IstioOperator, metadata: {name: x}, spec: {hub: '!!'}}"},
		{"a Service", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 1}, {port: 2, name: foo}, {port: 3, appProtocol: bar}, {port: 4, protocol: udp}, {port: 5, name: http-a}]}}"},
		{"a Service of Istio itself", "{apiVersion: v1, kind: Service, metadata: {name: x, namespace: istio-system}, spec: {ports: [{port: 1}]}}"},
		{"a Deployment without labels", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {template: {}}}"},
		{"a Deployment with labels", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {template: {metadata: {labels: {app: a, version: b}}}}}"},
		{"somebody else's kind", "{apiVersion: example.com/v1, kind: A, metadata: {name: x}, spec: 1}"},
	}
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			objects, _ := manifest.Parse("test.yaml", []byte(c.yaml))
			compare(t, objects[0], c.yaml)
		})
	}
}

func TestAgreesWithIstioctlOnDocumentedExamples(t *testing.T) {
	for _, objects := range examples.Documented(t) {
		for _, object := range objects {
			text, err := yaml.Marshal(object.Object)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, object, string(text))
		}
	}
}

// compare fails if istioctl says anything else about a manifest than this package about the object.
func compare(t *testing.T, object *manifest.Object, text string) {
	t.Helper()
	ours := Check(object, Options{DefaultNamespace: "default", RootNamespace: "istio-system"})
	out, err := istioctl(t, text)
	theirs := out
	if err != nil {
		theirs += err.Error()
	}
	for _, message := range slices.Concat(ours.Errors, ours.Warnings, ours.Notes) {
		if !strings.Contains(theirs, message) {
			t.Errorf("istioctl doesn't say %q:\n%s", message, theirs)
		}
	}
	if len(ours.Errors) != errorCount(err) {
		t.Errorf("%d errors here: %q\n%s", len(ours.Errors), ours.Errors, theirs)
	}
	if warnings := strings.Count(theirs, "\t* "); err == nil && warnings != len(ours.Warnings) {
		t.Errorf("%d warnings here: %q\n%s", len(ours.Warnings), ours.Warnings, theirs)
	}
}

// errorCount counts the messages in the text of an error of several errors.
func errorCount(err error) int {
	if err == nil {
		return 0
	}
	return max(strings.Count(err.Error(), "\t* "), 1)
}
