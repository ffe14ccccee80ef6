package schema

import (
	"slices"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/cdk8s-istio/cdk8s-istio/imports/crds"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/examples"
)

// A shape has to say what the full schema says, whatever stands in the place of a value.
func TestShapesSayWhatTheFullSchemaSays(t *testing.T) {
	checker := New(crds.Istio)
	refused := 0
	for _, objects := range examples.Documented(t) {
		for _, object := range objects {
			definition, known := checker.definitions[object.GroupVersionKind()]
			if !known {
				continue
			}
			kind, err := definition.rulesOf()
			if err != nil {
				t.Fatal(err)
			}
			full, _, err := validation.NewSchemaValidator(kind.shapes.full)
			if err != nil {
				t.Fatal(err)
			}
			variants(object.Object["spec"], func() {
				shape, err := kind.shapes.of(object.Object)
				if err != nil {
					t.Fatal(err)
				}
				ours, theirs := said(object.Object, shape.openAPI), said(object.Object, full)
				refused += len(theirs)
				if !slices.Equal(ours, theirs) {
					t.Errorf("%s %s: the shape says %q, the schema %q", object.GetKind(), object.GetName(), ours, theirs)
				}
			})
		}
	}
	if refused < 1000 {
		t.Errorf("only %d refusals", refused)
	}
}

func said(object map[string]any, validator validation.SchemaCreateValidator) []string {
	var lines []string
	for _, err := range validation.ValidateCustomResource((*field.Path)(nil), object, validator) {
		lines = append(lines, err.Error())
	}
	slices.Sort(lines)
	return lines
}

// variants calls the function with each value of a tree replaced by some others.
func variants(value any, do func()) {
	others := []any{"", "other", int64(-1), 0.5, true, nil, map[string]any{"a": "b"}, []any{"a"}, []any{map[string]any{}}}
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			variants(child, do)
			for _, other := range others {
				value[key] = other
				do()
			}
			delete(value, key)
			do()
			value[key] = child
		}
	case []any:
		for i, child := range value {
			variants(child, do)
			for _, other := range others {
				value[i] = other
				do()
			}
			value[i] = child
		}
	}
}
