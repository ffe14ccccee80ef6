package analyze

import (
	"strings"

	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/resource"
)

// world is a set of objects, in the order of the input, with the lookups that analyzers need.
type world struct {
	kinds map[config.GroupVersionKind]*collection
}

type collection struct {
	list   []*resource.Instance
	byName map[resource.FullName]int
}

func newWorld() *world {
	return &world{kinds: map[config.GroupVersionKind]*collection{}}
}

func (w *world) kind(id config.GroupVersionKind) *collection {
	if found, ok := w.kinds[id]; ok {
		return found
	}
	fresh := &collection{byName: map[resource.FullName]int{}}
	w.kinds[id] = fresh
	return fresh
}

// add puts an object into its collection. An object with the name of an earlier one takes its place, as when it is applied.
func (w *world) add(instance *resource.Instance) {
	c := w.kind(instance.Metadata.Schema.GroupVersionKind())
	name := instance.Metadata.FullName
	if i, ok := c.byName[name]; ok {
		c.list[i] = instance
		return
	}
	c.byName[name] = len(c.list)
	c.list = append(c.list, instance)
}

// addBeside adds a pod that nobody named, under a name that is still free.
func (w *world) addBeside(pod *resource.Instance) {
	o := pod.Origin.(*origin)
	for w.find(o.Type, pod.Metadata.FullName) != nil {
		pod.Metadata.FullName.Name += resource.LocalName("-" + strings.ToLower(o.object.GetKind()))
	}
	o.FullName = pod.Metadata.FullName
	w.add(pod)
}

// judged is the part of the world that isn't assumed, of some kinds.
func (w *world) judged(kinds ...config.GroupVersionKind) *world {
	part := newWorld()
	for _, kind := range kinds {
		for _, instance := range w.kind(kind).list {
			if !isAssumed(instance) {
				part.add(instance)
			}
		}
	}
	return part
}

func (w *world) find(id config.GroupVersionKind, name resource.FullName) *resource.Instance {
	c := w.kind(id)
	if i, ok := c.byName[name]; ok {
		return c.list[i]
	}
	return nil
}

// analysisContext answers the analyzers. It gives the same answers as Istio's own context (pkg/config/analysis/local), but
// where an analyzer walks over all objects of a kind to pick a few, it is shown only those that it could pick (narrow.go).
type analysisContext struct {
	world    *world
	index    *index
	messages diag.Messages

	analyzer string
	// part is what the analyzer sees of its subjects, if it is run on one part of them after the other (parts.go).
	part []*resource.Instance
	// walks are the objects that the analyzer is at, from the outermost walk to the innermost.
	walks []*resource.Instance
	// count is how often the analyzer began a walk over a kind at the outermost level.
	count map[config.GroupVersionKind]int
	// asked is the last name that the analyzer looked up.
	asked resource.FullName
}

var _ analysis.Context = &analysisContext{}

func newContext(w *world) *analysisContext {
	c := &analysisContext{world: w, index: newIndex(w)}
	c.SetAnalyzer("")
	return c
}

// SetAnalyzer implements analysis.Context.
func (c *analysisContext) SetAnalyzer(name string) {
	c.analyzer = name
	c.walks = nil
	c.count = map[config.GroupVersionKind]int{}
	c.asked = resource.FullName{}
}

// Report implements analysis.Context.
func (c *analysisContext) Report(_ config.GroupVersionKind, message diag.Message) {
	c.messages.Add(message)
}

// Find implements analysis.Context.
func (c *analysisContext) Find(id config.GroupVersionKind, name resource.FullName) *resource.Instance {
	c.asked = name
	return c.world.find(id, name)
}

// Exists implements analysis.Context.
func (c *analysisContext) Exists(id config.GroupVersionKind, name resource.FullName) bool {
	return c.Find(id, name) != nil
}

// ForEach implements analysis.Context.
func (c *analysisContext) ForEach(id config.GroupVersionKind, visit analysis.IteratorFn) {
	list := c.narrowed(id)
	c.walks = append(c.walks, nil)
	for _, instance := range list {
		c.walks[len(c.walks)-1] = instance
		if !visit(instance) {
			break
		}
	}
	c.walks = c.walks[:len(c.walks)-1]
}

// Canceled implements analysis.Context.
func (c *analysisContext) Canceled() bool { return false }
