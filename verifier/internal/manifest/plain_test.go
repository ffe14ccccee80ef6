package manifest

import (
	"reflect"
	"testing"

	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// The short way has to give what the way through JSON gives, or nothing.
func FuzzPlain(f *testing.F) {
	for text, plain := range map[string]bool{
		"a: {b: [1, x, true, null, '2'], c: |\n  text\n}":          false,
		"a: {b: [1, x, true, null, '2', 0x1F, 1_000, 017]}":        true,
		"a:\n- b: {}\n  c: []\n- ''\n- 2001-01-01\n- \"\\u2028<\"": true,
		"a: 1.0": false, "a: 1e3": false, "a: .nan": false, "a: 18446744073709551615": false, "a: 9223372036854775807": true,
		"1: a": false, "true: a": false, "? [a]\n: b": false, "a: 1\na: 2": false, "a: !!binary /w==": false,
		"a: &x {b: [c]}\nd: *x\ne: {<<: *x, f: 1}": true, "": true, "--- # nothing": true, "\ta": false, "a: \"\\xff\"": true,
	} {
		f.Add([]byte(text))
		if _, ok := decodePlain([]byte(text)); ok != plain {
			f.Errorf("%q: %v, want %v", text, ok, plain)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		short, ok := decodePlain(text)
		if !ok {
			return
		}
		converted, err := yaml.YAMLToJSONStrict(text)
		if err != nil {
			t.Fatal(err)
		}
		var long any
		if duplicates, err := kjson.UnmarshalStrict(converted, &long); err != nil || duplicates != nil {
			t.Fatal(err, duplicates)
		}
		if !reflect.DeepEqual(short, long) {
			t.Fatalf("%#v\n%#v", short, long)
		}
	})
}
