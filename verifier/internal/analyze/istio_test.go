package analyze

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/log"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
)

func TestMain(m *testing.M) {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	os.Exit(m.Run())
}

var plain = Options{DefaultNamespace: "default", RootNamespace: "istio-system"}

func prepareAll(objects []*manifest.Object) []Prepared {
	var prepared []Prepared
	for _, object := range objects {
		prepared = append(prepared, Prepare(object, plain))
	}
	return prepared
}

func parse(t testing.TB, text string) []*manifest.Object {
	t.Helper()
	objects, problems := manifest.Parse("test.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	return objects
}

// settle gives objects the namespace that they would be applied to. Istio's analyzer can only do that if it is to look at
// nothing but that namespace.
func settle(objects []*manifest.Object) {
	for _, object := range objects {
		schema, ok := schemaOf(&object.Unstructured)
		if object.GetNamespace() == "" && (!ok || !schema.IsClusterScoped()) {
			object.SetNamespace("default")
		}
	}
}

// istioSays runs Istio's own source analyzer on manifests.
func istioSays(t testing.TB, manifests string) []string {
	t.Helper()
	analyzer := local.NewSourceAnalyzer(analyzers.AllCombined(), "", "istio-system", nil)
	// What can't be read is left out; the caller compares only what can.
	_ = analyzer.AddTestReaderKubeSource([]local.ReaderSource{{Name: "test.yaml", Reader: strings.NewReader(manifests)}})
	stop := make(chan struct{})
	defer close(stop)
	result, err := analyzer.Analyze(stop)
	if err != nil {
		t.Fatal(err)
	}
	return lines(result.Messages)
}

// weSay runs this package's context, on the objects and the pods of their workloads.
func weSay(objects []*manifest.Object) []string {
	w := newWorld()
	addMesh(w, plain)
	fill(w, prepareAll(objects), plain)
	c := newContext(w)
	c.analyze()
	kept := diag.Messages{}
	for _, message := range c.messages {
		if !suppressed(message, nil) {
			kept.Add(message)
		}
	}
	return lines(kept)
}

func lines(messages diag.Messages) []string {
	var lines []string
	for _, m := range messages {
		of := "nothing"
		if m.Resource != nil {
			of = m.Resource.Origin.FriendlyName()
		}
		lines = append(lines, fmt.Sprintf("%s %s (%s) %s", m.Type.Level(), m.Type.Code(), of, fmt.Sprintf(m.Type.Template(), m.Parameters...)))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// withPods writes the objects out for Istio, with the pods that this package derives from workloads as objects of their own.
func withPods(t testing.TB, objects []*manifest.Object) string {
	t.Helper()
	var documents []string
	add := func(content map[string]any) {
		text, err := yaml.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(text))
	}
	for _, object := range objects {
		add(object.Object)
	}
	w := newWorld()
	fill(w, prepareAll(objects), plain)
	for _, pod := range w.kind(gvk.Pod).list {
		if pod.Origin.(*origin).root != "" {
			add(podObject(t, pod))
		}
	}
	return strings.Join(documents, "---\n")
}

func podObject(t testing.TB, pod *resource.Instance) map[string]any {
	t.Helper()
	spec, err := runtime.DefaultUnstructuredConverter.ToUnstructured(pod.Message)
	if err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Pod", "spec": spec}}
	object.SetName(pod.Metadata.FullName.Name.String())
	object.SetNamespace(pod.Metadata.FullName.Namespace.String())
	object.SetLabels(pod.Metadata.Labels)
	object.SetAnnotations(pod.Metadata.Annotations)
	return object.Object
}

// compare fails if this package and Istio say different things. Some analyzers choose by the random order of a map what they
// say, so both get some more tries.
func compare(t *testing.T, objects []*manifest.Object) []string {
	t.Helper()
	settle(objects)
	manifests := withPods(t, objects)
	var theirs, ours []string
	for range 50 {
		theirs, ours = istioSays(t, manifests), weSay(objects)
		if slices.Equal(theirs, ours) {
			return ours
		}
	}
	t.Errorf("only Istio says:\n%s\nonly we say:\n%s", without(theirs, ours), without(ours, theirs))
	return ours
}

func without(lines, others []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) }), "\n")
}
