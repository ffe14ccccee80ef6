// Package report holds what the verifier answers: findings, their levels and order.
package report

import (
	"cmp"
	"fmt"
	"slices"
)

// Level says how bad a finding is. A lower number is worse.
type Level int

// The levels, with the names that Istio's own messages use, in lower case.
const (
	Error Level = iota
	Warning
	Info
)

var levelNames = []string{"error", "warning", "info"}

func (l Level) String() string { return levelNames[l] }

// MarshalText makes JSON show the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a name.
func (l *Level) UnmarshalText(text []byte) error {
	i := slices.Index(levelNames, string(text))
	if i < 0 {
		return fmt.Errorf("unknown level %q: must be one of %v", text, levelNames)
	}
	*l = Level(i)
	return nil
}

// Set, with String and Type, makes a Level a command line flag.
func (l *Level) Set(text string) error { return l.UnmarshalText([]byte(text)) }

// Type names the flag's value in the help text.
func (l *Level) Type() string { return "level" }

// Finding is one thing that one verdict has to say about one object.
type Finding struct {
	Verdict    string `json:"verdict"`
	Code       string `json:"code,omitempty"`
	Level      Level  `json:"level"`
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name,omitempty"`
	// Path leads to the field, as in spec.http[0].timeout.
	Path    string `json:"path,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
	URL     string `json:"url,omitempty"`
	// External says that all that is wrong is that something isn't there, and that it may be outside of the files.
	External bool `json:"external,omitempty"`
}

// Report is the answer for one input.
type Report struct {
	Findings []Finding `json:"findings"`
	// Objects counts the objects that were read, so that an empty input can't pass for a clean one.
	Objects int `json:"objects"`
}

// Sort brings the findings into the order of the input, whatever order the verdicts ran in.
func (r *Report) Sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Namespace, b.Namespace),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Level, b.Level),
		)
	})
}

// Has tells whether there is a finding at the level or worse, not counting external ones if these are allowed.
func (r *Report) Has(level Level, allowExternal bool) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.Level <= level && !(allowExternal && f.External)
	})
}
