package webhook

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	admission "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/webhooks/validation/server"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/examples"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
)

// handler is Istio's webhook, as istiod sets it up.
func handler(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	if _, err := server.New(server.Options{Schemas: collections.PilotGatewayAPI(), DomainSuffix: domain, Mux: mux}); err != nil {
		t.Fatal(err)
	}
	return mux
}

func ask(t *testing.T, webhook http.Handler, object *manifest.Object) *admission.AdmissionResponse {
	t.Helper()
	raw, err := json.Marshal(object.Object)
	if err != nil {
		t.Fatal(err)
	}
	id := object.GroupVersionKind()
	body, err := json.Marshal(admission.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admission.AdmissionRequest{
			Operation: admission.Create,
			Kind:      metav1.GroupVersionKind{Group: id.Group, Version: id.Version, Kind: id.Kind},
			Namespace: object.GetNamespace(),
			Object:    runtime.RawExtension{Raw: raw},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	webhook.ServeHTTP(recorder, request)
	var review admission.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil {
		t.Fatalf("%v: %s", err, recorder.Body)
	}
	return review.Response
}

func TestAgreesWithTheHandler(t *testing.T) {
	const head = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x, namespace: default}, "
	cases := []struct{ given, yaml string }{
		{"a good object", head + "spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}"},
		{"errors", head + "spec: {hosts: [a, a], http: [{timeout: 0s, route: [{destination: {host: a}, weight: -1}]}]}}"},
		{"warnings", head + "spec: {hosts: [a], http: [{mirrorPercent: 5, route: [{destination: {host: a}}]}, {route: [{destination: {host: a}}]}]}}"},
		{"an unknown field, which it ignores", head + "spec: {hosts: [a], http: [{route: [{destination: {host: a}}], timeuot: 1s}]}}"},
		{"a field in snake case", head + "spec: {hosts: [a], http: [{route: [{destination: {host: a}}], mirror_percentage: {value: 200}}]}}"},
		{"an unknown field at the top", head + "specs: {}, spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}}"},
		{"an unknown value of an enum", strings.Replace(head, "VirtualService", "DestinationRule", 1) + "spec: {host: a, trafficPolicy: {loadBalancer: {simple: FASTEST}}}}"},
		{"a spec that is a text", head + "spec: hello}"},
		{"no spec", head + "status: {}}"},
		{"metadata that it can't read", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x, namespace: default, labels: {a: 1}}, spec: {hosts: [a]}}"},
		{"metadata with more in it", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x, namespace: default, finalizers: [a]}, spec: {hosts: [a]}}"},
		{"a version of the future", "{apiVersion: networking.istio.io/v9, kind: VirtualService, metadata: {name: x, namespace: default}, spec: {hosts: [a]}}"},
		{"an annotation that is banned", "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: x, namespace: default, annotations: {internal.istio.io/parents: a}}, spec: {hosts: [a]}}"},
		{"an EnvoyFilter of a wrong type", "{apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: {name: x, namespace: default}, spec: {configPatches: [{applyTo: CLUSTER, patch: {operation: MERGE, value: {nonsense: 1}}}]}}"},
	}
	webhook := handler(t)
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			objects, problems := manifest.Parse("test.yaml", []byte(c.yaml))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			compare(t, webhook, objects[0])
		})
	}
}

func TestAgreesWithTheHandlerOnDocumentedExamples(t *testing.T) {
	webhook := handler(t)
	for _, objects := range examples.Documented(t) {
		for _, object := range objects {
			if object.GetNamespace() == "" {
				object.SetNamespace("default")
			}
			compare(t, webhook, object)
		}
	}
}

// compare fails if the webhook says anything else about the object than this package.
func compare(t *testing.T, webhook http.Handler, object *manifest.Object) {
	t.Helper()
	theirs := ask(t, webhook, object)
	errs, warnings := Check(object, "default")
	if theirs.Allowed != (len(errs) == 0) {
		t.Errorf("allowed: %v; errors here: %q", theirs.Allowed, errs)
	}
	said := strings.Join(theirs.Warnings, "\n")
	if theirs.Result != nil {
		said += theirs.Result.Message
	}
	for _, message := range slices.Concat(errs, warnings) {
		if !strings.Contains(said, message) {
			t.Errorf("the webhook doesn't say %q:\n%s", message, said)
		}
	}
	if len(warnings) != len(theirs.Warnings) {
		t.Errorf("%d warnings here, %d of the webhook: %q", len(warnings), len(theirs.Warnings), theirs.Warnings)
	}
}
