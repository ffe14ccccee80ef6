package manifest

import (
	"unicode/utf8"

	"go.yaml.in/yaml/v2"
)

// maxDepth is far below what a decoder of JSON would refuse.
const maxDepth = 100

// decodePlain reads YAML without the way through JSON, which costs half as much again. It gives false for all that this way
// might change, such as numbers that aren't small and whole, and for what can't be read.
func decodePlain(text []byte) (any, bool) {
	var content any
	if yaml.UnmarshalStrict(text, &content) != nil {
		return nil, false
	}
	return plain(content, maxDepth)
}

func plain(value any, depth int) (any, bool) {
	if depth == 0 {
		return nil, false
	}
	switch value := value.(type) {
	case nil, bool:
		return value, true
	case int:
		return int64(value), true
	case string:
		return value, utf8.ValidString(value)
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			item, ok := plain(item, depth-1)
			if !ok {
				return nil, false
			}
			items[i] = item
		}
		return items, true
	case map[any]any:
		fields := make(map[string]any, len(value))
		for key, field := range value {
			key, isText := key.(string)
			field, ok := plain(field, depth-1)
			if !ok || !isText || !utf8.ValidString(key) {
				return nil, false
			}
			fields[key] = field
		}
		return fields, true
	}
	return nil, false
}
