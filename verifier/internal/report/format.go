package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// formats write a report in the form that a --format names.
var formats = map[string]func(io.Writer, *Report) error{
	"json":  writeJSON,
	"junit": writeJUnit,
	"sarif": writeSARIF,
	"text":  writeText,
}

// Formats lists the names of all formats.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// Write writes the report in the named format.
func Write(out io.Writer, format string, r *Report) error {
	if err := CheckFormat(format); err != nil {
		return err
	}
	return formats[format](out, r)
}

// CheckFormat refuses a format that there isn't.
func CheckFormat(format string) error {
	if _, ok := formats[format]; !ok {
		return fmt.Errorf("unknown format %q: must be one of %v", format, Formats())
	}
	return nil
}

func writeJSON(out io.Writer, r *Report) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
