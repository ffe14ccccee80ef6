package manifest

import (
	"bytes"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Line is the line of the file that a field stands on, or the nearest line around it that is there.
// Documents are parsed again for it: only objects with findings need lines, and those are few.
func (o *Object) Line(path string) int {
	if o.item == "" && path == "" {
		return o.doc.firstLine()
	}
	if o.item != "" {
		path = o.item + "." + path
	}
	return o.doc.lineOf(path)
}

// firstLine is the first line with content.
func (d Document) firstLine() int {
	line := d.line
	for text := range strings.Lines(string(d.text)) {
		text = strings.TrimSpace(strings.TrimPrefix(text, "---"))
		if text != "" && text[0] != '#' {
			return line
		}
		line++
	}
	return d.line
}

// lastLine is the last line of the document.
func (d Document) lastLine() int {
	return d.line + bytes.Count(bytes.TrimSuffix(d.text, []byte("\n")), []byte("\n"))
}

// tree is the YAML of the document, or nil if it has none. It is parsed again for each question, as most documents have one
// object with few findings; only that of a List, which may hold thousands of objects, is kept.
func (d Document) tree() *yaml.Node {
	if d.root != nil {
		return d.root()
	}
	return d.parse()
}

func (d Document) parse() *yaml.Node {
	var root yaml.Node
	if yaml.Unmarshal(d.text, &root) != nil || len(root.Content) == 0 {
		return nil
	}
	return root.Content[0]
}

func (d Document) lineOf(path string) int {
	node := d.tree()
	if node == nil {
		return d.firstLine()
	}
	line := node.Line
	for path != "" && node != nil {
		node, line, path = step(node, line, path)
	}
	return d.line + line - 1
}

// step goes one key or index down. Keys may have dots and slashes in them (labels, annotations), and validators write such
// keys with dots, in brackets or in bracketed quotes, so the document decides: the longest key that fits is taken.
func step(node *yaml.Node, line int, path string) (*yaml.Node, int, string) {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	path = strings.TrimPrefix(path, ".")
	switch node.Kind {
	case yaml.SequenceNode:
		index, rest, found := strings.Cut(strings.TrimPrefix(path, "["), "]")
		if i, err := strconv.Atoi(index); found && err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i].Line, rest
		}
	case yaml.MappingNode:
		var found *yaml.Node
		longest := -1
		rest := ""
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			for _, form := range []string{key.Value, "[" + key.Value + "]", `["` + key.Value + `"]`} {
				if after, ok := cutStep(path, form); ok && len(form) > longest {
					found, line, rest, longest = node.Content[i+1], key.Line, after, len(form)
				}
			}
		}
		return found, line, rest
	}
	return nil, line, ""
}

// cutStep removes a step from the front of a path if the path goes on with another step or ends there.
func cutStep(path, step string) (string, bool) {
	rest, ok := strings.CutPrefix(path, step)
	return rest, ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// Node is the YAML of a field, to be counted from the given line, or nil if there is none. Without a path it is the YAML of
// the whole object.
func (o *Object) Node(path string) (*yaml.Node, int) {
	node, line := o.doc.tree(), 0
	for _, path := range []string{o.item, path} {
		for path != "" && node != nil {
			node, line, path = step(node, line, path)
		}
	}
	return node, o.doc.line
}
