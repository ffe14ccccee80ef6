package analyze

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"istio.io/istio/pilot/pkg/config/file"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/legacy/source/kube"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/gvk"
	sresource "istio.io/istio/pkg/config/schema/resource"
	istiokube "istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/inject"
	"istio.io/istio/pkg/util/sets"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/spec"
)

// inputs are the kinds that some analyzer asks for. Objects of other kinds needn't be decoded.
var inputs = sync.OnceValue(func() sets.Set[config.GroupVersionKind] {
	return sets.New(analyzers.AllCombined().Metadata().Inputs...)
})

// schemaOf finds what Istio knows about the kind of an object, if an analyzer looks at it.
func schemaOf(object *unstructured.Unstructured) (sresource.Schema, bool) {
	id := object.GroupVersionKind()
	schema, ok := collections.All.FindByGroupVersionAliasesKind(sresource.FromKubernetesGVK(&id))
	if !ok || !inputs().Contains(schema.GroupVersionKind()) {
		return nil, false
	}
	// Istio's file source leaves out kinds that it has no message for, too.
	_, err := schema.NewInstance()
	return schema, err == nil
}

// place is where an instance comes from.
type place struct {
	// object is what was written; nil for what nobody wrote, such as the default mesh config.
	object *manifest.Object
	// root leads to the part of the object that the instance was made of: to the template for the pod of a workload.
	root string
	// assumed says that the object is there but not up for judgement.
	assumed bool
}

// origin tells the analyzers, and the report, where an instance comes from.
type origin struct {
	kube.Origin
	place
	fields func() map[string]int
}

// FieldMap gives the line of each field. Istio's file source makes this map for every object; here it is made when the first
// message asks for a line, which most objects never see.
func (o *origin) FieldMap() map[string]int { return o.fields() }

// pathOf is the path of the field that stands on a line. Messages only have the line; if several fields share it, as in flow
// style, the path stays unknown.
func (o *origin) pathOf(line int) string {
	var paths []string
	if line > 0 {
		for path, at := range o.fields() {
			if at == line {
				paths = append(paths, strings.TrimSuffix(strings.TrimPrefix(path, "{."), "}"))
			}
		}
	}
	switch {
	case len(paths) != 1:
		return o.root
	case o.root != "":
		return o.root + "." + paths[0]
	}
	return paths[0]
}

func newOrigin(place place, schema sresource.Schema, name resource.FullName) *origin {
	return &origin{
		Origin: kube.Origin{
			Type:     schema.GroupVersionKind(),
			FullName: name,
			Cluster:  "default",
		},
		place: place,
		fields: sync.OnceValue(func() map[string]int {
			fields := map[string]int{}
			if place.object == nil {
				return fields
			}
			if node, line := place.object.Node(place.root); node != nil {
				file.BuildFieldPathMap(node, line, "", fields)
			}
			return fields
		}),
	}
}

var decoder = serializer.NewCodecFactory(runtime.NewScheme()).UniversalDeserializer()

// configOf makes what the analyzers work on, of a spec that was decoded before if there is one.
func configOf(object *manifest.Object, schema sresource.Schema, defaultNamespace string) (*config.Config, error) {
	if decoded := object.Spec(); decoded != nil && object.Object["status"] == nil {
		if meta, plain := spec.Meta(&object.Unstructured, schema, defaultNamespace); plain {
			if message, err := decoded.Lenient(); err == nil {
				return &config.Config{Meta: meta, Spec: message}, nil
			}
		}
	}
	return translate(&object.Unstructured, schema, defaultNamespace)
}

// translate makes what the analyzers work on, by the same steps as Istio's file source (pilot/pkg/config/file).
func translate(object *unstructured.Unstructured, schema sresource.Schema, defaultNamespace string) (*config.Config, error) {
	text, err := json.Marshal(object.Object)
	if err != nil {
		return nil, err
	}
	typed, err := istiokube.IstioScheme.New(schema.GroupVersionKind().Kubernetes())
	if err != nil {
		return nil, fmt.Errorf("failed to initialize interface for built-in type: %w", err)
	}
	if _, _, err := decoder.Decode(text, nil, typed); err != nil {
		return nil, fmt.Errorf("failed parsing JSON for built-in type: %w", err)
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		return nil, err
	}
	settled := &unstructured.Unstructured{Object: content}
	switch {
	case schema.IsClusterScoped():
		settled.SetNamespace("")
	case settled.GetNamespace() == "":
		settled.SetNamespace(defaultNamespace)
	}
	return file.TranslateObject(settled, "", schema), nil
}

// newInstance is Istio's instance of a translated object, with the place where it was written.
func newInstance(translated *config.Config, schema sresource.Schema, place place) *resource.Instance {
	instance := resource.PilotConfigToInstance(translated, schema)
	instance.Metadata.Generation = translated.Generation
	instance.Origin = newOrigin(place, schema, instance.Metadata.FullName)
	return instance
}

// isIgnored tells the namespaces whose objects Istio never analyzes. A Namespace counts as being in itself.
func isIgnored(object *config.Config) bool {
	if object.GroupVersionKind == gvk.Namespace {
		return inject.IgnoredNamespaces.Contains(object.Name)
	}
	return inject.IgnoredNamespaces.Contains(object.Namespace)
}
