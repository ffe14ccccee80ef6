package schema

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kube "k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/config/crd"

	"github.com/cdk8s-istio/cdk8s-istio/imports/crds"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/examples"
)

// The index is made without a parser. This is the parser that says it is right.
func TestIndexHoldsAllDefinitions(t *testing.T) {
	found := index(crds.Istio)
	wanted := 0
	for text := range strings.SplitSeq(string(crds.Istio), "\n---\n") {
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal([]byte(text), &crd); err != nil {
			t.Fatal(err)
		}
		for _, version := range crd.Spec.Versions {
			wanted++
			id := kube.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
			definition, ok := found[id]
			if !ok {
				t.Errorf("no %s in the index", id)
				continue
			}
			rules, err := definition.rulesOf()
			if err != nil {
				t.Errorf("%s: %v", id, err)
				continue
			}
			if want := structuralOf(t, version.Schema); !reflect.DeepEqual(rules.structural, want) {
				t.Errorf("%s is not what the definition says", id)
			}
		}
	}
	if len(found) != wanted {
		t.Errorf("%d definitions in the index, want %d", len(found), wanted)
	}
}

func structuralOf(t *testing.T, v1 *apiextensionsv1.CustomResourceValidation) *structural.Structural {
	t.Helper()
	var schema apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(v1, &schema, nil); err != nil {
		t.Fatal(err)
	}
	shape, err := structural.NewStructural(schema.OpenAPIV3Schema)
	if err != nil {
		t.Fatal(err)
	}
	withoutTexts(shape)
	return shape
}

// withoutTexts removes the descriptions, which the index leaves out and no validator looks at.
func withoutTexts(s *structural.Structural) {
	s.Description = ""
	if s.Items != nil {
		withoutTexts(s.Items)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		withoutTexts(s.AdditionalProperties.Structural)
	}
	for key, property := range s.Properties {
		withoutTexts(&property)
		s.Properties[key] = property
	}
}

// Istio's own validator is the judge of this package: same objects refused, and nothing that it says left unsaid.
func TestAgreesWithIstio(t *testing.T) {
	istio, err := crd.NewValidatorFromFiles("../../../imports/crds/istio.yaml")
	if err != nil {
		t.Fatal(err)
	}
	checker := New(crds.Istio)
	cases := map[string]string{
		"structure":    "networking.istio.io/v1 VirtualService {hosts: a, http: [{timeout: 0s}]}",
		"oneOf":        "networking.istio.io/v1 VirtualService {http: [{match: [{uri: {exact: a, prefix: b}}]}]}",
		"enum":         "networking.istio.io/v1 DestinationRule {host: a, trafficPolicy: {loadBalancer: {simple: NO}}}",
		"required":     "networking.istio.io/v1 DestinationRule {}",
		"list keys":    "networking.istio.io/v1 ServiceEntry {hosts: [a], ports: [{name: a, number: 1}, {name: a, number: 2}]}",
		"CEL":          "networking.istio.io/v1 ServiceEntry {hosts: ['*'], resolution: NONE, endpoints: [{address: a}]}",
		"unknown":      "networking.istio.io/v1 Sidecar {egres: [], ingress: [{a: b}]}",
		"null":         "security.istio.io/v1 PeerAuthentication {mtls: null}",
		"empty":        "security.istio.io/v1 PeerAuthentication {}",
		"good":         "security.istio.io/v1 PeerAuthentication {mtls: {mode: STRICT}}",
		"good gateway": "networking.istio.io/v1 Gateway {selector: {a: b}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}",
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			parts := strings.SplitN(text, " ", 3)
			fields := map[string]any{"apiVersion": parts[0], "kind": parts[1], "metadata": map[string]any{"name": "x", "namespace": "y"}}
			var spec map[string]any
			if err := yaml.Unmarshal([]byte(parts[2]), &spec); err != nil {
				t.Fatal(err)
			}
			fields["spec"] = spec
			object := &unstructured.Unstructured{Object: fields}

			ours := checker.Check(object, "default")
			theirs := istio.ValidateCustomResource(object.DeepCopy())

			if (theirs != nil) != (len(ours) > 0) {
				t.Errorf("Istio says %v, the checker %v", theirs, ours)
			}
			for _, problem := range ours {
				if named := strings.Contains(theirs.Error(), problem.Path); !named && len(ours) == 1 {
					t.Errorf("Istio says %v, the checker %v", theirs, ours)
				}
			}
		})
	}
}

// Server mode checks the same object for several verdicts, so it must come out as it went in.
func TestCheckLeavesTheObjectAlone(t *testing.T) {
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
		"metadata": map[string]any{"name": "x"},
		"spec":     map[string]any{"unknown": "field"},
	}}
	before := object.DeepCopy()
	if len(New(crds.Istio).Check(object, "default")) == 0 {
		t.Error("no problem found")
	}
	if before.GetNamespace() != object.GetNamespace() || len(object.Object["spec"].(map[string]any)) != 1 {
		t.Errorf("changed from %v to %v", before, object)
	}
}

func TestAgreesWithIstioOnDocumentedExamples(t *testing.T) {
	istio, err := crd.NewValidatorFromFiles("../../../imports/crds/istio.yaml")
	if err != nil {
		t.Fatal(err)
	}
	checker := New(crds.Istio)
	refused := 0
	for _, objects := range examples.Documented(t) {
		for _, object := range objects {
			ours := checker.Check(&object.Unstructured, "default")
			refused += len(ours)
			// kube-apiserver checks metadata, Istio's validator doesn't.
			ours = slices.DeleteFunc(ours, func(p Problem) bool { return strings.HasPrefix(p.Path, "metadata.") })
			theirs := istio.ValidateCustomResource(object.DeepCopy())
			if (theirs != nil) != (len(ours) > 0) {
				t.Errorf("%s %s: Istio says %v, the checker %v", object.GetKind(), object.GetName(), theirs, ours)
			}
		}
	}
	// Istio's documentation has a field in snake case and two namespaces with capitals.
	if refused != 3 {
		t.Errorf("%d problems with the documentation", refused)
	}
}

// Rules are compiled as objects need them: those of a field that only a later object has must not be lost.
func TestRulesOfFieldsThatComeLater(t *testing.T) {
	checker := New(crds.Istio)
	check := func(policy map[string]any) int {
		return len(checker.Check(&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
			"metadata": map[string]any{"name": "x"},
			"spec":     map[string]any{"host": "a", "trafficPolicy": policy},
		}}, "default"))
	}
	timeout := func(text string) map[string]any {
		return map[string]any{"connectionPool": map[string]any{"tcp": map[string]any{"connectTimeout": text}}}
	}
	interval := func(text string) map[string]any {
		return map[string]any{"outlierDetection": map[string]any{"interval": text}}
	}
	for i, c := range []struct {
		policy map[string]any
		want   int
	}{
		{map[string]any{}, 0}, {timeout("0s"), 1}, {timeout("1s"), 0}, {interval("0s"), 1}, {interval("1s"), 0}, {timeout("0s"), 1},
	} {
		if got := check(c.policy); got != c.want {
			t.Errorf("object %d: %d problems, want %d", i, got, c.want)
		}
	}
}
