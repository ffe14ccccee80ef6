// Package schema gives the verdict of a kube-apiserver that has Istio's CustomResourceDefinitions.
//
// It calls the same apiextensions packages as kube-apiserver and as Istio's pkg/config/crd. That package isn't used itself
// because it stops at the first kind of error, gives its errors as one text without field paths, and writes to standard error
// when it is linked; the tests hold this package against it.
package schema

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kube "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/spec"
)

// Problem is something that makes kube-apiserver refuse an object.
type Problem struct {
	Path    string
	Message string
}

// Checker checks objects against a set of CustomResourceDefinitions. It is safe for use by several goroutines.
type Checker struct {
	definitions map[kube.GroupVersionKind]*definition
}

// New makes a Checker from a multi-document YAML of CustomResourceDefinitions.
func New(crds []byte) *Checker {
	return &Checker{definitions: index(crds)}
}

// Check gives all reasons to refuse the object. Objects of other kinds than Istio's are not judged.
func (c *Checker) Check(object *unstructured.Unstructured, defaultNamespace string) []Problem {
	if missing := missingType(object); missing != nil {
		return missing
	}
	id := object.GroupVersionKind()
	definition, known := c.definitions[id]
	switch {
	case !known && isIstio(id.Group):
		// The words of kubectl, which asks the server for the kind before it sends the object.
		return []Problem{{Path: "kind", Message: fmt.Sprintf("no matches for kind %q in version %q", id.Kind, id.GroupVersion())}}
	case !known:
		return nil
	}
	rules, err := definition.rulesOf()
	if err != nil {
		return []Problem{{Message: err.Error()}}
	}
	return rules.check(object, defaultNamespace)
}

func missingType(object *unstructured.Unstructured) []Problem {
	var problems []Problem
	for _, key := range []string{"apiVersion", "kind"} {
		if text, _ := object.Object[key].(string); text == "" {
			problems = append(problems, Problem{Path: key, Message: key + " not set"})
		}
	}
	return problems
}

// isIstio tells Istio's API groups, also those that it no longer has. The IstioOperator is no object of a cluster any more but
// the input file of an installation.
func isIstio(group string) bool {
	return strings.HasSuffix(group, ".istio.io") && group != "install.istio.io"
}

// check follows the order of kube-apiserver: metadata, unknown fields, defaults, structure, list keys, CEL.
func (k *kind) check(object *unstructured.Unstructured, defaultNamespace string) []Problem {
	object = object.DeepCopy()
	if k.namespaced && object.GetNamespace() == "" {
		object.SetNamespace(defaultNamespace)
	}
	problems := k.unknownFields(object)
	if k.defaults {
		defaulting.Default(object.Object, k.structural)
	}
	shape, err := k.shapes.of(object.Object)
	if err != nil {
		return append(problems, Problem{Message: err.Error()})
	}
	errs := apivalidation.ValidateObjectMetaAccessor(object, k.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errs = append(errs, validation.ValidateCustomResource(nil, object.Object, shape.openAPI)...)
	if shape.embeds {
		errs = append(errs, objectmeta.Validate(nil, object.Object, shape.structural, false)...)
	}
	if shape.lists {
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, shape.structural, object.Object)...)
	}
	if shape.rules != nil && !slices.ContainsFunc(errs, blocksCEL) {
		broken, _ := shape.rules.Validate(context.Background(), nil, shape.structural, object.Object, nil, celconfig.RuntimeCELCostBudget)
		errs = append(errs, broken...)
	}
	for _, err := range errs {
		problems = append(problems, Problem{Path: pathOf(err), Message: err.ErrorBody()})
	}
	return problems
}

var quotedPath = regexp.MustCompile(`^"([^"]+)" must`)

// pathOf is the path of the field that an error is about. The errors of oneOf, anyOf and the like have it in their text only.
func pathOf(err *field.Error) string {
	if err.Field != "" && err.Field != "<nil>" {
		return err.Field
	}
	if quoted := quotedPath.FindStringSubmatch(err.Detail); quoted != nil {
		return quoted[1]
	}
	return ""
}

// unknownFields removes the fields that the schema doesn't know and names them, as kube-apiserver does when it is asked for
// strict field validation, which is what kubectl does.
func (k *kind) unknownFields(object *unstructured.Unstructured) []Problem {
	unknown, err := unknownMetadata(object)
	if err != nil {
		return []Problem{{Path: "metadata", Message: err.Error()}}
	}
	options := structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	pruned := pruning.PruneWithOptions(object.Object, k.structural, true, options)
	var problems []Problem
	for _, path := range append(unknown, pruned...) {
		problems = append(problems, Problem{Path: path, Message: fmt.Sprintf("unknown field %q", path)})
	}
	return problems
}

func unknownMetadata(object *unstructured.Unstructured) ([]string, error) {
	// Metadata of most objects is so plain that the way through JSON and back, which is slow, could find nothing.
	if spec.IsPlain(object) {
		return nil, nil
	}
	metadata, found, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil || !found {
		return nil, err
	}
	return unknown, objectmeta.SetObjectMeta(object.Object, metadata)
}

// blocksCEL tells the errors after which kube-apiserver doesn't evaluate CEL rules, because they could fail on the wrong type.
func blocksCEL(err *field.Error) bool {
	switch err.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
		return true
	}
	return false
}
