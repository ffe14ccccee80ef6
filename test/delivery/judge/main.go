// Command judge says what the code of Argo Rollouts and of Flagger thinks of manifests: the schemas of their CRDs, as the API server applies them,
// and Argo's own validation of a Rollout with all that it refers to. It reads one list of objects a line and answers each by a line of errors.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func main() {
	schemas, err := load(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var objects []map[string]any
		if err := json.Unmarshal(in.Bytes(), &objects); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if err := out.Encode(judge(schemas, objects)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
}

func judge(schemas map[string]*checker, objects []map[string]any) []string {
	errors := []string{}
	set := make(manifests, len(objects))
	for i, object := range objects {
		set[i] = unstructured.Unstructured{Object: object}
		if checker, known := schemas[set[i].GroupVersionKind().String()]; known {
			errors = append(errors, checker.check(set[i])...)
		}
	}
	for _, object := range set {
		switch object.GetKind() {
		case "AnalysisTemplate":
			// Asked for alone, an AnalysisTemplate is answered by what it takes for good.
			var template v1alpha1.AnalysisTemplate
			if len(set) == 1 && into(object, &template) == nil {
				errors = append(errors, verdicts(template)...)
			}
		case "Rollout":
			errors = append(errors, rollout(object, set)...)
		case "Canary":
			errors = append(errors, canary(object, set)...)
		}
	}
	return errors
}

type manifests []unstructured.Unstructured

func (m manifests) find(kind, namespace, name string) *unstructured.Unstructured {
	for i, object := range m {
		if object.GetKind() == kind && object.GetName() == name && object.GetNamespace() == namespace {
			return &m[i]
		}
	}
	return nil
}
