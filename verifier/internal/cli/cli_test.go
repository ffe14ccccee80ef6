package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
)

const head = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\n"

const (
	good   = head + "spec: {hosts: [a], http: [{redirect: {uri: /b}}]}\n"
	bad    = head + "spec: {hosts: [a], http: [{redirect: {}}]}\n"
	odd    = head + "spec: {hosts: [a], http: [{redirect: {uri: /b}}, {redirect: {uri: /c}}]}\n"
	lonely = head + "spec: {hosts: [a], http: [{route: [{destination: {host: a}}]}]}\n"
)

func TestExitCodes(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"good/a.yaml": good, "bad/deep/a.yml": bad, "odd.json.txt": odd, "hosts.yaml": "hosts: [a.default.svc.cluster.local]", "mesh.yaml": "connectTimeout: -1s", "none/readme.md": bad} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		given string
		args  []string
		stdin string
		then  int
		says  string
	}{
		{"a good folder", []string{"good"}, "", clean, `{"findings":[],"objects":1}`},
		{"a good and a bad folder", []string{"good", "bad"}, "", findings, "redirect must specify"},
		{"a folder of both", []string{"good", "bad"}, "", findings, `"objects":2`},
		{"a file with a name of another kind", []string{"odd.json.txt"}, "", clean, `"level":"warning"`},
		{"a warning, and --fail-on warning", []string{"--fail-on", "warning", "odd.json.txt"}, "", findings, `"level":"warning"`},
		{"standard input", []string{"-"}, bad, findings, `"file":"-"`},
		{"a verdict that doesn't mind", []string{"--verdict", "schema", "-"}, bad, clean, `"objects":1`},
		{"several verdicts", []string{"--verdict", "schema,validate", "-"}, bad, findings, ""},
		{"another default namespace", []string{"--default-namespace", "other", "-"}, bad, findings, `"namespace":"other"`},
		{"text", []string{"--verdict", "validate", "--format", "text", "-"}, bad, findings, "-:1  error  validate  VirtualService default/x  redirect must specify"},
		{"a host that isn't in the files", []string{"-"}, lonely, findings, `"external":true`},
		{"a host that isn't in the files, and --allow-external", []string{"--allow-external", "-"}, lonely, clean, `"external":true`},
		{"a host that is assumed", []string{"--assume", "hosts.yaml", "-"}, lonely, clean, `{"findings":[],"objects":1}`},
		{"a suppressed message", []string{"-S", "IST0101=VirtualService default/*", "-"}, lonely, clean, `{"findings":[],"objects":1}`},
		{"a message of another code suppressed", []string{"-S", "IST0102=VirtualService default/*", "-"}, lonely, findings, "IST0101"},
		{"a malformed suppression", []string{"-S", "IST0101", "-"}, lonely, unusable, "is not a suppression"},
		{"a bad mesh config", []string{"--mesh-config", "mesh.yaml", "-"}, good, findings, `"kind":"MeshConfig"`},
		{"a mesh config that isn't there", []string{"--mesh-config", "gone.yaml", "-"}, good, unusable, "no such file"},
		{"broken YAML", []string{"-"}, "a: [", findings, `"verdict":"input"`},
		{"a folder without manifests", []string{"none"}, "", unusable, "no manifests"},
		{"a file that isn't there", []string{"gone.yaml"}, "", unusable, "no such file"},
		{"nothing", nil, "", unusable, "requires at least 1 arg"},
		{"an unknown verdict", []string{"--verdict", "sentence", "-"}, good, unusable, `unknown verdict "sentence"`},
		{"an unknown format", []string{"--format", "braille", "-"}, good, unusable, `unknown format "braille"`},
		{"an unknown level", []string{"--fail-on", "whim", "-"}, good, unusable, `unknown level "whim"`},
		{"an unknown flag", []string{"--frobnicate", "-"}, good, unusable, "unknown flag"},
	}
	t.Chdir(folder)
	for _, c := range cases {
		t.Run(c.given, func(t *testing.T) {
			var out bytes.Buffer
			if code := Main(c.args, strings.NewReader(c.stdin), &out, &out); code != c.then {
				t.Errorf("exit code %d, want %d:\n%s", code, c.then, out.String())
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("no %q in:\n%s", c.says, out.String())
			}
		})
	}
}

func ask(t *testing.T, lines ...string) []answer {
	t.Helper()
	var out bytes.Buffer
	if code := Main([]string{"serve"}, strings.NewReader(strings.Join(lines, "\n")), &out, &out); code != clean {
		t.Fatalf("exit code %d:\n%s", code, out.String())
	}
	var answers []answer
	for line := range strings.Lines(out.String()) {
		var one struct {
			ID     json.RawMessage
			Report *report.Report
			Error  string
		}
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		answers = append(answers, answer(one))
	}
	return answers
}

func requestLine(id int, manifests string) string {
	line, _ := json.Marshal(map[string]any{"id": id, "manifests": manifests, "verdicts": []string{"schema", "validate"}})
	return string(line)
}

func TestServer(t *testing.T) {
	long := strings.Repeat("---\n"+good, 5000)
	answers := ask(t, requestLine(1, good), requestLine(2, bad), "", "{broken", `{"id": "four", "verdicts": ["no"]}`, requestLine(5, long), requestLine(6, ""))

	want := []string{"1 1 0", "2 1 1", "null error", `"four" error`, "5 5000 0", "6 0 0"}
	for i, a := range answers {
		got := string(a.ID) + " error"
		if a.Report != nil {
			got = fmt.Sprintf("%s %d %d", a.ID, a.Report.Objects, len(a.Report.Findings))
		} else if a.Error == "" {
			t.Errorf("answer %d has neither report nor error", i)
		}
		if got != want[i] {
			t.Errorf("answer %d is %s, want %s", i, got, want[i])
		}
	}
	if len(answers) != len(want) {
		t.Errorf("%d answers, want %d", len(answers), len(want))
	}
}

// A server lives as long as a test suite or an editor, so what a request took must come back.
func TestServerDoesNotGrow(t *testing.T) {
	heap := func(requests int) uint64 {
		lines := make([]string, requests)
		for i := range lines {
			lines[i] = requestLine(i, good+"---\n"+bad)
		}
		if got := len(ask(t, lines...)); got != requests {
			t.Fatalf("%d answers to %d requests", got, requests)
		}
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	few, many := heap(200), heap(4000)
	if many > few+4<<20 {
		t.Errorf("%d bytes after 200 requests, %d after 4000", few, many)
	}
}
