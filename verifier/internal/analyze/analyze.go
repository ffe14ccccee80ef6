// Package analyze gives the verdict of "istioctl analyze" in a cluster that has the objects: all of Istio's analyzers, with
// Services, Namespaces, Secrets and workloads counted, which istioctl leaves out when it analyzes files.
package analyze

import (
	"fmt"
	"sync"

	"google.golang.org/protobuf/proto"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/collections"
	sresource "istio.io/istio/pkg/config/schema/resource"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
)

// Options of an analysis.
type Options struct {
	DefaultNamespace string
	RootNamespace    string
	// Mesh is the mesh config; Istio's defaults if nil.
	Mesh *meshconfig.MeshConfig
	// Assumed objects exist but are not judged.
	Assumed      []*manifest.Object
	Suppressions []Suppression
}

// Message is a finding and the object that it is about, which is nil for the mesh config.
type Message struct {
	Object *manifest.Object
	report.Finding
}

// Prepared is an object as the analyzers see it.
type Prepared struct {
	object *manifest.Object
	// instance is nil if no analyzer looks at the object.
	instance *resource.Instance
	// pod is what the object makes if it is a workload.
	pod *resource.Instance
	err error
}

// Prepare makes an object ready for Run. It may be called for several objects at once.
func Prepare(object *manifest.Object, options Options) Prepared {
	return prepare(object, false, options)
}

// Run analyzes the objects as one set.
func Run(objects []Prepared, options Options) []Message {
	lock.Lock()
	defer lock.Unlock()
	w := newWorld()
	addMesh(w, options)
	broken := fill(w, objects, options)
	c := newContext(w)
	c.analyze()
	return append(broken, c.results(options)...)
}

var (
	// lock is there because an analyzer keeps the first mesh config that it sees in a variable of its own, for good.
	lock sync.Mutex
	// theMesh is therefore the one mesh config of the process; each run fills it with its own.
	theMesh = &meshconfig.MeshConfig{}
)

func addMesh(w *world, options Options) {
	given := options.Mesh
	if given == nil {
		given = mesh.DefaultMeshConfig()
		given.RootNamespace = options.RootNamespace
	}
	proto.Reset(theMesh)
	proto.Merge(theMesh, given)
	add := func(schema sresource.Schema, name string, spec config.Spec) {
		w.add(newInstance(&config.Config{
			Meta: config.Meta{GroupVersionKind: schema.GroupVersionKind(), Name: name, Namespace: options.RootNamespace},
			Spec: spec,
		}, schema, place{}))
	}
	// The names are those that istioctl gives them.
	add(collections.MeshConfig, "meshconfig", theMesh)
	add(collections.MeshNetworks, "meshnetworks", mesh.DefaultMeshNetworks())
}

// fill adds the objects and the pods of workloads. It returns messages about objects that the analyzers can't read.
func fill(w *world, objects []Prepared, options Options) []Message {
	var broken []Message
	var pods []*resource.Instance
	add := func(p Prepared) {
		if p.instance != nil {
			w.add(p.instance)
		}
		if p.pod != nil {
			pods = append(pods, p.pod)
		}
	}
	for _, object := range options.Assumed {
		add(prepare(object, true, options))
	}
	for _, p := range objects {
		add(p)
		if p.err != nil {
			broken = append(broken, Message{Object: p.object, Finding: report.Finding{Message: p.err.Error()}})
		}
	}
	images := imagesOf(w)
	for _, pod := range pods {
		join(pod, w, images)
		w.addBeside(pod)
	}
	return broken
}

func prepare(object *manifest.Object, assumed bool, options Options) Prepared {
	p := Prepared{object: object}
	p.instance, p.err = read(object, place{object: object, assumed: assumed}, options)
	if pod, root := podOf(&object.Unstructured); pod != nil {
		// A template that can't be read is the workload's problem, and kube-apiserver's to tell.
		p.pod, _ = read(manifest.New(pod), place{object: object, root: root, assumed: assumed}, options)
	}
	return p
}

// read decodes an object, or gives nil if no analyzer looks at its kind or namespace.
func read(object *manifest.Object, place place, options Options) (instance *resource.Instance, err error) {
	schema, ok := schemaOf(&object.Unstructured)
	if !ok {
		return nil, nil
	}
	// Istio's translation panics where it finds, say, a text in the place of a mapping.
	defer func() {
		if crash := recover(); crash != nil {
			instance, err = nil, fmt.Errorf("failed parsing JSON for built-in type: %v", crash)
		}
	}()
	translated, err := configOf(object, schema, options.DefaultNamespace)
	if err != nil || isIgnored(translated) {
		return nil, err
	}
	return newInstance(translated, schema, place), nil
}

// results turns what the analyzers reported into findings: sorted and each once, as istioctl does.
func (c *analysisContext) results(options Options) []Message {
	kept := diag.Messages{}
	for _, message := range c.messages {
		if !isAssumed(message.Resource) && !suppressed(message, options.Suppressions) {
			kept.Add(message)
		}
	}
	type key struct {
		object     *manifest.Object
		code, text string
	}
	seen := map[key]bool{}
	var messages []Message
	for _, message := range kept.SortedDedupedCopy() {
		found := c.finding(message)
		// The pod of a workload may repeat what was said about the workload.
		id := key{found.Object, found.Code, found.Message}
		if found.Object != nil && seen[id] {
			continue
		}
		seen[id] = true
		messages = append(messages, found)
	}
	return messages
}

func isAssumed(instance *resource.Instance) bool {
	return instance != nil && instance.Origin.(*origin).assumed
}

var levels = map[diag.Level]report.Level{diag.Error: report.Error, diag.Warning: report.Warning, diag.Info: report.Info}

func (c *analysisContext) finding(message diag.Message) Message {
	found := Message{Finding: report.Finding{
		Code:     message.Type.Code(),
		Level:    levels[message.Type.Level()],
		Message:  fmt.Sprintf(message.Type.Template(), message.Parameters...),
		URL:      message.Unstructured(false)["documentationUrl"].(string),
		Line:     message.Line,
		External: c.isExternal(message),
	}}
	if message.Resource != nil {
		origin := message.Resource.Origin.(*origin)
		found.Object, found.Path = origin.object, origin.pathOf(message.Line)
	}
	return found
}
