// Package manifest reads Kubernetes objects from YAML and JSON and remembers where they were written.
package manifest

import (
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/spec"
)

// Object is one Kubernetes object and its place in the input.
type Object struct {
	unstructured.Unstructured
	doc Document
	// item leads from the document to this object when the document is a List, as in items[2].
	item string

	decode sync.Once
	spec   *spec.Spec
}

// New makes an object that no file holds.
func New(content map[string]any) *Object {
	return &Object{Unstructured: unstructured.Unstructured{Object: content}}
}

// Spec is the decoded spec, or nil if the object isn't one of Istio's.
func (o *Object) Spec() *spec.Spec {
	o.decode.Do(func() { o.spec = spec.Of(&o.Unstructured) })
	return o.spec
}

// Forget lets go of what an object says, when all that will still be asked is what and where it is.
func (o *Object) Forget() {
	slim := map[string]any{}
	for _, key := range []string{"apiVersion", "kind", "metadata"} {
		if value, ok := o.Object[key]; ok {
			slim[key] = value
		}
	}
	o.Object = slim
	o.spec = nil
}

// File is the name of the file that the object came from.
func (o *Object) File() string { return o.doc.file }

// Problem is a document that could not be read.
type Problem struct {
	File    string
	Line    int
	Message string
}
