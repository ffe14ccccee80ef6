package schema

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	kube "k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// kind is what one version of one CustomResourceDefinition asks of its objects.
type kind struct {
	namespaced bool
	structural *structural.Structural
	// defaults says that the schema has values for fields that objects leave out.
	defaults bool
	shapes   *shapes
}

// definition is one version of one CustomResourceDefinition. It is parsed and compiled when the first object asks for it: all
// of them at once would cost every run more than a second, and a run seldom meets all kinds.
type definition struct {
	// head and version are the parts of the text before the list of versions and in it.
	head, version []byte

	compile sync.Once
	kind    *kind
	problem error
}

// index finds the versions of all CustomResourceDefinitions without parsing them, which would take too long at every start.
// The text is generated, so its layout is fixed; a test holds this against a real parse.
func index(crds []byte) map[kube.GroupVersionKind]*definition {
	definitions := map[kube.GroupVersionKind]*definition{}
	for text := range bytes.SplitSeq(crds, []byte("\n---\n")) {
		head, items, found := bytes.Cut(text, []byte("\n  versions:"))
		if !found {
			continue
		}
		id := kube.GroupVersionKind{Group: value(head, "\n  group: "), Kind: value(head, "\n    kind: ")}
		for item := range bytes.SplitSeq(items, []byte("\n  - ")) {
			// An item's first key stands on the line of the dash, the others by themselves.
			id.Version = value(item, "\n    name: ")
			if name, first := bytes.CutPrefix(item, []byte("name: ")); first {
				id.Version = value(name, "")
			}
			if id.Version != "" {
				definitions[id] = &definition{head: head, version: item}
			}
		}
	}
	return definitions
}

// value is what stands behind a key.
func value(text []byte, key string) string {
	_, rest, _ := bytes.Cut(text, []byte(key))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(line)
}

// rulesOf gives what the version asks of its objects.
func (d *definition) rulesOf() (*kind, error) {
	d.compile.Do(func() { d.kind, d.problem = compile(d.head, d.version) })
	return d.kind, d.problem
}

func compile(head, version []byte) (*kind, error) {
	text := slices.Concat(head, []byte("\n  versions:\n  - "), version)
	var v1 apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(withoutDescriptions(text), &v1); err != nil {
		return nil, fmt.Errorf("the built-in CustomResourceDefinitions: %w", err)
	}
	var crd apiextensions.CustomResourceDefinition
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(&v1, &crd, nil); err != nil {
		return nil, err
	}
	// The conversion moves the schema of a single version up to the definition.
	schema := crd.Spec.Validation.OpenAPIV3Schema
	full, err := structural.NewStructural(schema)
	if err != nil {
		return nil, err
	}
	return &kind{
		namespaced: crd.Spec.Scope == apiextensions.NamespaceScoped,
		structural: full,
		defaults:   some(full, func(s *structural.Structural) bool { return s.Default.Object != nil }),
		shapes:     newShapes(schema, full),
	}, nil
}

// withoutDescriptions leaves out the texts for people, which are two fifths of what there is to parse: every line that begins
// one, and those below it that stand further in.
func withoutDescriptions(text []byte) []byte {
	kept := make([]byte, 0, len(text))
	inside := -1
	for line := range bytes.Lines(text) {
		content := bytes.TrimLeft(line, " ")
		indent := len(line) - len(content)
		if inside >= 0 && (indent > inside || len(content) <= 1) {
			continue
		}
		inside = -1
		// A property of this name has nothing behind the colon.
		if bytes.HasPrefix(content, []byte("description: ")) {
			inside = indent
			continue
		}
		kept = append(kept, line...)
	}
	return kept
}
