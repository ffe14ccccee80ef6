package verify

import (
	"fmt"
	"slices"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/analyze"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/assume"
)

// Source is a named text.
type Source struct {
	Name string
	Text []byte
}

// Options say what to judge and how.
type Options struct {
	// Verdicts to give; all when empty.
	Verdicts         []string
	DefaultNamespace string
	RootNamespace    string
	// Mesh is Istio's mesh config; Istio's defaults when it has no text.
	Mesh Source
	// Assume declares what exists but isn't judged.
	Assume Source
	// Suppress silences messages of the analysis, in the form of "istioctl analyze -S".
	Suppress []string
}

// settings are options that were checked and read.
type settings struct {
	Options
	analysis analyze.Options
}

// settle fills in what was left out and refuses what can't be.
func (o Options) settle() (*settings, error) {
	s := &settings{Options: o}
	if len(s.Verdicts) == 0 {
		s.Verdicts = Verdicts()
	}
	for _, verdict := range s.Verdicts {
		if !slices.Contains(Verdicts(), verdict) {
			return nil, fmt.Errorf("unknown verdict %q: must be one of %v", verdict, Verdicts())
		}
	}
	if s.DefaultNamespace == "" {
		s.DefaultNamespace = "default"
	}
	if s.RootNamespace == "" {
		s.RootNamespace = "istio-system"
	}
	s.analysis.DefaultNamespace, s.analysis.RootNamespace = s.DefaultNamespace, s.RootNamespace
	for _, text := range s.Suppress {
		suppression, err := analyze.ParseSuppression(text)
		if err != nil {
			return nil, err
		}
		s.analysis.Suppressions = append(s.analysis.Suppressions, suppression)
	}
	var err error
	s.analysis.Assumed, err = assume.Parse(s.Assume.Name, string(s.Assume.Text), s.RootNamespace)
	return s, err
}

func (s *settings) wants(verdict string) bool { return slices.Contains(s.Verdicts, verdict) }
