package main

import (
	"io/fs"
	"regexp"
	"slices"
	"sort"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/manifests"
	"istio.io/istio/operator/pkg/apis"
	"sigs.k8s.io/yaml"
)

// roots are the operator's names for the values that a chart has at its top.
var roots = map[string]string{"istiod": "pilot", "cni": "cni", "ztunnel": "ztunnel"}

func rootMessage(chart string) protoreflect.MessageDescriptor {
	top := (&apis.Values{}).ProtoReflect().Descriptor()
	switch chart {
	case "istiod", "cni":
		return top.Fields().ByJSONName(roots[chart]).Message()
	}
	return nil
}

// nested gives the chart's values the shape of the operator's, without what only the chart knows.
func nested(chart string, vals map[string]any) map[string]any {
	top := (&apis.Values{}).ProtoReflect().Descriptor().Fields()
	root := rootMessage(chart)
	shaped, inner := map[string]any{}, map[string]any{}
	for key, value := range vals {
		switch {
		case root != nil && root.Fields().ByJSONName(key) != nil:
			inner[key] = value
		case chart != "ztunnel" && top.ByJSONName(key) != nil:
			shaped[key] = value
		}
	}
	if root != nil {
		shaped[roots[chart]] = inner
	}
	return shaped
}

// unknown lists what neither the chart's own values nor the operator's types have.
func unknown(chart string, vals map[string]any) (paths []string) {
	if chart == "gateway" {
		return nil // it has a schema
	}
	text, err := manifests.FS.ReadFile("charts/" + directories[chart] + "/values.yaml")
	if err != nil {
		panic(err)
	}
	var file struct {
		Defaults map[string]any `json:"_internal_defaults_do_not_set"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		panic(err)
	}
	top := (&apis.Values{}).ProtoReflect().Descriptor().Fields()
	root := rootMessage(chart)
	for key := range vals {
		_, documented := file.Defaults[key]
		typed := top.ByJSONName(key) != nil || root != nil && root.Fields().ByJSONName(key) != nil
		if !documented && !typed && !templated(chart, key) {
			paths = append(paths, key)
		}
	}
	sort.Strings(paths)
	return paths
}

// templated says whether a template of the chart reads a value, such as .Values.affinity or ($.Values).profile.
func templated(chart, key string) bool {
	used := regexp.MustCompile(`Values\)?\.` + regexp.QuoteMeta(key) + `\b`)
	folder := "charts/" + directories[chart] + "/templates"
	templates, err := manifests.FS.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	return slices.ContainsFunc(templates, func(template fs.DirEntry) bool {
		text, err := manifests.FS.ReadFile(folder + "/" + template.Name())
		return err == nil && used.Match(text)
	})
}

type field struct {
	Path       string `json:"path"`
	Deprecated bool   `json:"deprecated,omitempty"`
}

// fields lists the leaves of a message of Istio's mesh API by their names in YAML.
func fields(q question) (a answer) {
	message := map[string]protoreflect.MessageDescriptor{
		"MeshConfig": (&meshconfig.MeshConfig{}).ProtoReflect().Descriptor(), "MeshNetworks": (&meshconfig.MeshNetworks{}).ProtoReflect().Descriptor(),
	}[q.Document]
	walk(message, "", false, &a.Fields)
	return a
}

func walk(message protoreflect.MessageDescriptor, prefix string, deprecated bool, all *[]field) {
	list := message.Fields()
	for i := 0; i < list.Len(); i++ {
		one := list.Get(i)
		path := prefix + one.JSONName()
		options, _ := one.Options().(interface{ GetDeprecated() bool })
		old := deprecated || options != nil && options.GetDeprecated()
		child := one.Message()
		switch {
		case one.IsMap():
			path, child = path+".*", one.MapValue().Message()
		case one.IsList():
			path += "[]"
		}
		if child == nil || strings.HasPrefix(string(child.FullName()), "google.protobuf.") || child.Fields().Len() == 0 {
			*all = append(*all, field{path, old})
		} else {
			walk(child, path+".", old, all)
		}
	}
}
