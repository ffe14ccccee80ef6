package report

import (
	"fmt"
	"io"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// writeJUnit makes a suite of each file that has findings, in which errors are failures and other findings are tests that pass
// with something to say. A clean report is one test that passes.
func writeJUnit(out io.Writer, r *Report) error {
	var suites junit.Testsuites
	byFile := map[string]*junit.Testsuite{}
	var files []string
	for _, f := range r.Findings {
		suite, ok := byFile[f.File]
		if !ok {
			suite = &junit.Testsuite{Name: f.File, File: f.File, ID: len(files), Time: "0"}
			byFile[f.File] = suite
			files = append(files, f.File)
		}
		suite.AddTestcase(testcase(f))
	}
	for _, file := range files {
		suites.AddSuite(*byFile[file])
	}
	if len(files) == 0 {
		clean := junit.Testsuite{Name: "verifier", Time: "0"}
		clean.AddTestcase(junit.Testcase{Name: fmt.Sprintf("%d objects", r.Objects), Classname: "verifier"})
		suites.AddSuite(clean)
	}
	return suites.WriteXML(out)
}

func testcase(f Finding) junit.Testcase {
	test := junit.Testcase{Name: fmt.Sprintf("%s %s", f.place(), f.subject()), Classname: f.rule()}
	if f.Level == Error {
		test.Failure = &junit.Result{Message: f.text(), Type: f.rule(), Data: f.URL}
	} else {
		test.SystemOut = &junit.Output{Data: f.text()}
	}
	return test
}
