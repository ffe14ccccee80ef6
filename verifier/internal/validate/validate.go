// Package validate gives the verdict of "istioctl validate".
//
// The command's own functions are not exported, so the calls that they make are made here; the tests hold this package
// against the command itself.
package validate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	operator "istio.io/istio/operator/pkg/apis"
	operatorvalidate "istio.io/istio/operator/pkg/apis/validation"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
)

// Problems is what istioctl has to say about one object.
type Problems struct {
	Errors   []string
	Warnings []string
	Notes    []string
}

// Options of the command that change the verdict.
type Options struct {
	// DefaultNamespace is the namespace of objects that have none.
	DefaultNamespace string
	// RootNamespace is where Istio itself runs: Services and Deployments there are not judged.
	RootNamespace string
}

// Check judges one object: Istio's kinds, IstioOperator, Service and Deployment. Others pass.
func Check(object *manifest.Object, options Options) Problems {
	id := object.GroupVersionKind()
	if schema, ok := collections.Pilot.FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&id)); ok {
		return istioKind(schema, object, options.DefaultNamespace)
	}
	switch {
	case id == operator.IstioOperatorGVK:
		return istioOperator(&object.Unstructured)
	case object.GetNamespace() == options.RootNamespace:
		return Problems{}
	case id.Kind == "Service":
		return service(&object.Unstructured)
	case id.Kind == "Deployment":
		return deployment(&object.Unstructured)
	}
	return Problems{}
}

func istioKind(schema resource.Schema, object *manifest.Object, defaultNamespace string) Problems {
	message, err := object.Spec().Strict()
	if err != nil {
		return Problems{Errors: []string{fmt.Sprintf("cannot parse proto message: %v", err)}}
	}
	if unknown := unknownFields(&object.Unstructured); unknown != nil {
		return Problems{Errors: unknown}
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = defaultNamespace
	}
	warnings, err := schema.ValidateConfig(config.Config{
		Meta: config.Meta{
			GroupVersionKind:  schema.GroupVersionKind(),
			Name:              object.GetName(),
			Namespace:         namespace,
			Labels:            object.GetLabels(),
			Annotations:       object.GetAnnotations(),
			ResourceVersion:   object.GetResourceVersion(),
			CreationTimestamp: object.GetCreationTimestamp().Time,
		},
		Spec: message,
	})
	return Problems{Errors: report.Messages(err), Warnings: report.Messages(warnings)}
}

func istioOperator(object *unstructured.Unstructured) Problems {
	if unknown := unknownFields(object); unknown != nil {
		return Problems{Errors: unknown}
	}
	warnings, errs := operatorvalidate.ParseAndValidateIstioOperator(object.Object, nil)
	return Problems{Errors: report.Messages(errs...), Warnings: report.Messages(warnings...)}
}
