// Package examples gives the tests the manifests that Istio documents: those in the comments of its API.
package examples

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
)

var (
	block   = regexp.MustCompile("(?s)// *```yaml\n(.*?)// *```")
	comment = regexp.MustCompile(`(?m)^[ \t]*// ?`)
)

// Documented reads all objects of all examples, which there are more than a hundred of. Each example is a file.
func Documented(t testing.TB) [][]*manifest.Object {
	t.Helper()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	if err != nil {
		t.Fatal(err)
	}
	var examples [][]*manifest.Object
	err = filepath.WalkDir(strings.TrimSpace(string(folder)), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".proto" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range block.FindAllSubmatch(text, -1) {
			// Some blocks are parts of objects, or broken; only whole objects are examples.
			read, _ := manifest.Parse(filepath.Base(path), comment.ReplaceAll(found[1], nil))
			var whole []*manifest.Object
			for _, object := range read {
				if strings.Contains(object.GetAPIVersion(), "istio.io/") {
					whole = append(whole, object)
				}
			}
			if len(whole) > 0 {
				examples = append(examples, whole)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(examples) < 100 {
		t.Fatalf("only %d examples", len(examples))
	}
	return examples
}
