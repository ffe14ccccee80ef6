package analyze

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istio.io/istio/pkg/test/env"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/examples"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/services"
)

// Istio's analyzers come with inputs that make each of them speak. On all of them this package has to say the same.
func TestSameMessagesOnIstiosTestData(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(env.IstioSrc, "pkg/config/analysis/analyzers/testdata/*.yaml"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			objects, _ := manifest.Parse(file, text)
			compare(t, objects)
		})
	}
}

func TestSameMessagesOnDocumentedExamples(t *testing.T) {
	for i, objects := range examples.Documented(t) {
		t.Run(fmt.Sprintf("%s-%d", objects[0].File(), i), func(t *testing.T) {
			compare(t, objects)
		})
	}
}

// Many objects, of which some that others refer to are missing: the indexes and parts must not lose anything at that size.
func TestSameMessagesOnManyObjects(t *testing.T) {
	documents := strings.Split(services.Manifests(500, true), "---\n")
	var kept []string
	for i, document := range documents {
		if i%7 != 0 {
			kept = append(kept, document)
		}
	}
	objects := parse(t, strings.Join(kept, "---\n"))
	if said := compare(t, objects); len(said) < 500 {
		t.Errorf("%d objects gave no more than %d messages", len(objects), len(said))
	}
}
