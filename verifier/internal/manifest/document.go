package manifest

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// Document is one part of a YAML stream, with the number of its first line.
type Document struct {
	file string
	line int
	text []byte
	// root is the parsed document, if it is worth keeping; see tree.
	root func() *yaml.Node
}

// File is the name of the file that the document is in.
func (d Document) File() string { return d.file }

// Line is the first line of the document.
func (d Document) Line() int { return d.line }

// split cuts a YAML stream at its document markers. A document keeps its marker, so line numbers inside it stay simple.
// It cuts where the YAML specification says so: kubectl also wants the rest of the marker's line to be empty or a comment
// and drops what it doesn't cut off, so an object would go unseen.
func split(file string, text []byte) []Document {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	var docs []Document
	start, startLine := 0, 1
	add := func(end int) {
		if doc := text[start:end]; !blank(doc) {
			docs = append(docs, Document{file: file, line: startLine, text: doc})
		}
	}
	for pos, line := 0, 1; pos < len(text); line++ {
		end := len(text)
		if i := bytes.IndexByte(text[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		if isMarker(text[pos:end]) {
			add(pos)
			start, startLine = pos, line
		}
		pos = end
	}
	add(len(text))
	return docs
}

func isMarker(line []byte) bool {
	rest, found := bytes.CutPrefix(line, []byte("---"))
	return found && (len(rest) == 0 || strings.ContainsRune(" \t\r\n", rune(rest[0])))
}

// blank tells whether a document holds nothing but its marker, comments and space.
func blank(doc []byte) bool {
	for line := range bytes.Lines(doc) {
		if isMarker(line) {
			line = line[3:]
		}
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}
