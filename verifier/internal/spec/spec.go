// Package spec decodes the specs of Istio's objects, once for all verdicts: decoding costs more than judging.
package spec

import (
	"encoding/json"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
)

// Spec is the spec of one of Istio's objects, as the message that Istio's code works on. The message is shared: who changes
// it, changes it for all that come later.
type Spec struct {
	Schema resource.Schema
	// Strict decodes as istioctl validate does, where an unknown field is an error.
	Strict func() (config.Spec, error)
	// Lenient decodes as istiod does, which ignores unknown fields.
	Lenient func() (config.Spec, error)
}

// Of gives the spec of an object, or nil if its kind isn't one of Istio's.
func Of(object *unstructured.Unstructured) *Spec {
	id := object.GroupVersionKind()
	// All versions of a kind have the same message.
	schema, ok := collections.Pilot.FindByGroupKind(resource.FromKubernetesGVK(&id))
	if !ok {
		return nil
	}
	s := &Spec{Schema: schema}
	s.Strict = sync.OnceValues(func() (config.Spec, error) {
		return decode(schema, object, config.ApplyJSONStrict)
	})
	s.Lenient = sync.OnceValues(func() (config.Spec, error) {
		// Being lenient makes a difference only where being strict fails.
		if message, err := s.Strict(); err == nil {
			return message, nil
		}
		return decode(schema, object, config.ApplyJSON)
	})
	return s
}

func decode(schema resource.Schema, object *unstructured.Unstructured, apply func(config.Spec, string) error) (config.Spec, error) {
	text, err := json.Marshal(object.Object["spec"])
	if err != nil {
		return nil, err
	}
	message, err := schema.NewInstance()
	if err != nil {
		return nil, err
	}
	return message, apply(message, string(text))
}

// Meta is the metadata as Istio's configuration model has it, or false if it isn't plain, so that Istio's own conversion has to
// say what becomes of it.
func Meta(object *unstructured.Unstructured, schema resource.Schema, defaultNamespace string) (config.Meta, bool) {
	if !IsPlain(object) {
		return config.Meta{}, false
	}
	meta := config.Meta{
		GroupVersionKind: schema.GroupVersionKind(),
		Name:             object.GetName(),
		Namespace:        object.GetNamespace(),
		Labels:           object.GetLabels(),
		Annotations:      object.GetAnnotations(),
	}
	if meta.Namespace == "" {
		meta.Namespace = defaultNamespace
	}
	return meta, true
}

// IsPlain tells whether the metadata of an object is well-formed and holds no more than name, namespace, labels and
// annotations.
func IsPlain(object *unstructured.Unstructured) bool {
	fields, ok := object.Object["metadata"].(map[string]any)
	if !ok {
		return false
	}
	for key, value := range fields {
		check, known := plain[key]
		if !known || !check(value) {
			return false
		}
	}
	return true
}

var plain = map[string]func(any) bool{
	"name":        isText,
	"namespace":   isText,
	"labels":      areTexts,
	"annotations": areTexts,
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

func areTexts(value any) bool {
	fields, ok := value.(map[string]any)
	for _, field := range fields {
		ok = ok && isText(field)
	}
	return ok
}
