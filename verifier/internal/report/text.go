package report

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
)

// colors all have codes of the same length, so that the columns stay aligned.
var colors = map[Level]*color.Color{
	Error:   color.New(color.FgRed),
	Warning: color.New(color.FgYellow),
	Info:    color.New(color.FgBlue),
}

// writeText writes a line for each finding, in columns.
func writeText(out io.Writer, r *Report) error {
	paint := func(level Level) string { return level.String() }
	if isTerminal(out) {
		paint = func(level Level) string { return colors[level].Sprint(level) }
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	counts := map[Level]int{}
	for _, f := range r.Findings {
		counts[f.Level]++
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", f.place(), paint(f.Level), f.rule(), f.subject(), f.text())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d objects: %d errors, %d warnings, %d notes\n", r.Objects, counts[Error], counts[Warning], counts[Info])
	return err
}

// isTerminal tells whether colors can be seen. NO_COLOR is the usual way to say that they aren't wanted.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && isatty.IsTerminal(file.Fd()) && os.Getenv("NO_COLOR") == ""
}

func (f Finding) place() string {
	switch {
	case f.File == "":
		return "-"
	case f.Line == 0:
		return f.File
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

// rule is the code of a finding or, where it has none, its verdict.
func (f Finding) rule() string {
	if f.Code != "" {
		return f.Code
	}
	return f.Verdict
}

// subject is the object as Istio's messages name it.
func (f Finding) subject() string {
	name := f.Name
	if f.Namespace != "" {
		name = f.Namespace + "/" + f.Name
	}
	return strings.TrimSpace(f.Kind + " " + name)
}

// text is the message on one line, with the path in front unless the message names it.
func (f Finding) text() string {
	text := strings.Join(strings.Fields(f.Message), " ")
	if f.Path != "" && !strings.Contains(text, f.Path) {
		text = f.Path + ": " + text
	}
	if f.External {
		text += " (external)"
	}
	return text
}
