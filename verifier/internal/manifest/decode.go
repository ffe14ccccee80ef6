package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// Parse reads all objects of a multi-document YAML or JSON text.
func Parse(file string, text []byte) ([]*Object, []Problem) {
	var objects []*Object
	var problems []Problem
	for _, doc := range Split(file, text) {
		read, bad := doc.Objects()
		objects = append(objects, read...)
		problems = append(problems, bad...)
	}
	return objects, problems
}

// Split cuts a multi-document YAML or JSON text into its documents.
func Split(file string, text []byte) []Document {
	var docs []Document
	for _, doc := range split(file, text) {
		docs = append(docs, values(doc)...)
	}
	return docs
}

// Objects reads the document. The objects of a List stand for themselves, as they do for kubectl.
func (d Document) Objects() ([]*Object, []Problem) {
	content, problems := decode(d)
	if len(problems) > 0 {
		return nil, problems
	}
	return expand(d, content)
}

// values cuts a document of several JSON values, one after the other, into documents of one value.
func values(doc Document) []Document {
	if !isJSON(doc.text) {
		return []Document{doc}
	}
	var docs []Document
	decoder := json.NewDecoder(bytes.NewReader(doc.text))
	for decoder.More() {
		start := decoder.InputOffset()
		var raw json.RawMessage
		if decoder.Decode(&raw) != nil {
			// Not JSON after all, but YAML may also begin with a brace.
			return []Document{doc}
		}
		start += int64(bytes.Index(doc.text[start:], raw))
		line := doc.line + bytes.Count(doc.text[:start], []byte("\n"))
		docs = append(docs, Document{file: doc.file, line: line, text: raw})
	}
	return docs
}

func isJSON(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && text[0] == '{'
}

// decode turns a document into the value that kube-apiserver would work on: whole numbers as int64, others as float64.
// As in kube-apiserver's strict mode, and in istioctl validate, a key given twice is an error.
func decode(doc Document) (any, []Problem) {
	text := doc.text
	if !isJSON(text) || !json.Valid(text) {
		if content, ok := decodePlain(text); ok {
			return content, nil
		}
		converted, err := yaml.YAMLToJSONStrict(text)
		if err != nil {
			return nil, yamlProblems(doc, err)
		}
		text = converted
	}
	var content any
	duplicates, err := kjson.UnmarshalStrict(text, &content)
	if err != nil {
		return nil, []Problem{{File: doc.file, Line: doc.firstLine(), Message: err.Error()}}
	}
	var problems []Problem
	for _, duplicate := range duplicates {
		problem := Problem{File: doc.file, Line: doc.firstLine(), Message: duplicate.Error()}
		if at, ok := duplicate.(kjson.FieldError); ok {
			problem.Line = doc.lineOf(at.FieldPath())
		}
		problems = append(problems, problem)
	}
	return content, problems
}

var (
	yamlLine   = regexp.MustCompile(`line (\d+): `)
	yamlPrefix = regexp.MustCompile(`^yaml: (unmarshal errors:\n)?`)
)

// yamlProblems makes one problem of each line of a YAML error, with line numbers of the file instead of the document.
func yamlProblems(doc Document, err error) []Problem {
	var problems []Problem
	for text := range strings.SplitSeq(yamlPrefix.ReplaceAllString(err.Error(), ""), "\n") {
		problem := Problem{File: doc.file, Line: doc.firstLine(), Message: strings.TrimSpace(text)}
		if at := yamlLine.FindStringSubmatch(text); at != nil {
			n, _ := strconv.Atoi(at[1])
			// The parser may count on past the end.
			problem.Line = min(doc.line+n-1, doc.lastLine())
			problem.Message = strings.TrimSpace(strings.Replace(text, at[0], "", 1))
		}
		problem.Message = "broken YAML: " + problem.Message
		problems = append(problems, problem)
	}
	return problems
}

// expand makes objects of a decoded value: none of null, the items of a List, and otherwise the value itself.
func expand(doc Document, content any) ([]*Object, []Problem) {
	if content == nil {
		return nil, nil
	}
	fields, ok := content.(map[string]any)
	if !ok {
		return nil, []Problem{{File: doc.file, Line: doc.firstLine(), Message: "not a Kubernetes object: expected a mapping with apiVersion and kind"}}
	}
	object := unstructured.Unstructured{Object: fields}
	if !object.IsList() || !strings.HasSuffix(object.GetKind(), "List") {
		return []*Object{{Unstructured: object, doc: doc}}, nil
	}
	doc.root = sync.OnceValue(doc.parse)
	var objects []*Object
	var problems []Problem
	for i, item := range fields["items"].([]any) {
		path := fmt.Sprintf("items[%d]", i)
		fields, ok := item.(map[string]any)
		if !ok {
			problems = append(problems, Problem{File: doc.file, Line: doc.lineOf(path), Message: path + " is not a Kubernetes object"})
			continue
		}
		objects = append(objects, &Object{Unstructured: unstructured.Unstructured{Object: fields}, doc: doc, item: path})
	}
	return objects, problems
}
