package report

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

var (
	clean = &Report{Findings: []Finding{}, Objects: 3}
	some  = &Report{Objects: 2, Findings: []Finding{
		{Verdict: "schema", Level: Error, Kind: "VirtualService", Namespace: "ns", Name: "x", Path: "spec.hosts", File: "a.yaml", Line: 3, Message: "must be an array", URL: "https://example.com/vs"},
		{Verdict: "analyze", Code: "IST0101", Level: Warning, Kind: "Namespace", Name: "ns", File: "dir/b.yaml", Line: 12, Message: "lacks <that> & \"this\"", URL: "https://example.com/101", External: true},
		{Verdict: "input", Level: Error, File: "c.yaml", Message: "broken\n\tYAML"},
		{Verdict: "validate", Level: Info, Message: "about nothing"},
	}}
)

func write(t *testing.T, format string, r *Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestText(t *testing.T) {
	want := `a.yaml:3       error    schema    VirtualService ns/x  spec.hosts: must be an array
dir/b.yaml:12  warning  IST0101   Namespace ns         lacks <that> & "this" (external)
c.yaml         error    input                          broken YAML
-              info     validate                       about nothing
2 objects: 2 errors, 1 warnings, 1 notes
`
	if got := write(t, "text", some); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSON(t *testing.T) {
	if got, want := write(t, "json", clean), "{\"findings\":[],\"objects\":3}\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := write(t, "json", some), `"message":"lacks <that> & \"this\"","url":"https://example.com/101","external":true}`; !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
}

// What others read is read back with their own rules: SARIF's schema, and the types of the JUnit library.
func TestSARIF(t *testing.T) {
	for _, r := range []*Report{clean, some} {
		text := write(t, "sarif", r)
		document, err := sarif.FromString(text, sarif.WithStrictValidation())
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if got := len(document.Runs[0].Results); got != len(r.Findings) {
			t.Errorf("%d results, want %d", got, len(r.Findings))
		}
	}
	text := write(t, "sarif", some)
	for _, want := range []string{`"level": "note"`, `"uri": "dir/b.yaml"`, `"startLine": 12`, `"helpUri": "https://example.com/101"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestJUnit(t *testing.T) {
	cases := []struct {
		report          *Report
		tests, failures int
	}{{clean, 1, 0}, {some, 4, 2}}
	for _, c := range cases {
		var suites junit.Testsuites
		if err := xml.Unmarshal([]byte(write(t, "junit", c.report)), &suites); err != nil {
			t.Fatal(err)
		}
		if suites.Tests != c.tests || suites.Failures != c.failures {
			t.Errorf("%d tests with %d failures, want %d with %d", suites.Tests, suites.Failures, c.tests, c.failures)
		}
	}
}

func TestFindingsAreSorted(t *testing.T) {
	r := &Report{Findings: []Finding{
		{File: "b", Line: 1}, {File: "a", Line: 2, Level: Warning}, {File: "a", Line: 2, Level: Error}, {File: "a", Line: 1},
	}}
	r.Sort()
	var order []string
	for _, f := range r.Findings {
		order = append(order, f.place()+" "+f.Level.String())
	}
	if got, want := strings.Join(order, ", "), "a:1 error, a:2 error, a:2 warning, b:1 error"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
