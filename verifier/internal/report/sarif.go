package report

import (
	"io"
	"path/filepath"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// sarifLevels are SARIF's names of the levels.
var sarifLevels = map[Level]string{Error: sarif.LevelError, Warning: sarif.LevelWarning, Info: sarif.LevelNote}

func writeSARIF(out io.Writer, r *Report) error {
	run := sarif.NewRunWithInformationURI("verifier", "https://github.com/cdk8s-istio/cdk8s-istio")
	for _, f := range r.Findings {
		rule := run.AddRule(f.rule())
		if f.Code != "" && f.URL != "" {
			rule.WithHelpURI(f.URL)
		}
		result := run.CreateResultForRule(f.rule()).
			WithLevel(sarifLevels[f.Level]).
			WithMessage(sarif.NewTextMessage(f.subject() + ": " + f.text()))
		if f.File == "" {
			continue
		}
		place := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(filepath.ToSlash(f.File)))
		if f.Line > 0 {
			place.WithRegion(sarif.NewSimpleRegion(f.Line, f.Line))
		}
		result.AddLocation(sarif.NewLocationWithPhysicalLocation(place))
	}
	document := sarif.NewReport()
	document.AddRun(run)
	return document.PrettyWrite(out)
}
