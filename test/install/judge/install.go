package main

import (
	"cmp"
	"encoding/json"
	"os"
	"strings"

	"istio.io/istio/operator/pkg/apis"
	"istio.io/istio/operator/pkg/helm"
	"istio.io/istio/operator/pkg/manifest"
	"istio.io/istio/operator/pkg/render"
	"istio.io/istio/operator/pkg/util/clog"
	"istio.io/istio/operator/pkg/values"
	"sigs.k8s.io/yaml"
)

// operator does what `istioctl manifest generate -f` does: merge with the profile, validate, render all charts, patch.
func operator(q question) (a answer) {
	file, err := os.CreateTemp("", "operator-*.yaml")
	if err != nil {
		panic(err)
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(q.Document); err != nil {
		panic(err)
	}
	file.Close()
	var warnings strings.Builder
	sets, _, err := render.GenerateManifest([]string{file.Name()}, nil, false, nil, clog.NewConsoleLogger(&warnings, &warnings, nil))
	a.refuse("istioctl", err)
	if warnings.Len() > 0 {
		a.Warnings = append(a.Warnings, warnings.String())
	}
	for _, set := range sets {
		a.Objects = append(a.Objects, objects(set.Manifests)...)
	}
	// The operator's own validation loses the errors of the mesh configuration.
	document := struct {
		Spec struct {
			MeshConfig map[string]any `json:"meshConfig"`
		} `json:"spec"`
	}{}
	a.refuse("parse", yaml.Unmarshal([]byte(q.Document), &document))
	if document.Spec.MeshConfig != nil {
		a.refuseMesh(document.Spec.MeshConfig)
	}
	return a
}

var directories = map[string]string{
	"base": "base", "istiod": "istio-control/istio-discovery", "cni": "istio-cni", "ztunnel": "ztunnel", "gateway": "gateway",
}

// chart renders one of Istio's charts as Helm does, schema included, and refuses values that the chart has no place for.
func chart(q question) (a answer) {
	vals, err := values.MapFromYaml([]byte(q.Document))
	a.refuse("parse", err)
	if err != nil {
		return a
	}
	manifests, warnings, err := helm.Render(cmp.Or(q.Release, q.Chart), q.Namespace, directories[q.Chart], values.Map{"spec": map[string]any{"values": map[string]any(vals)}}, nil)
	a.refuse("helm", err)
	for _, warning := range warnings {
		a.Warnings = append(a.Warnings, warning.Error())
	}
	a.Objects = objects(manifests)
	for _, path := range unknown(q.Chart, vals) {
		a.Errors = append(a.Errors, "unknown value: "+path)
	}
	if mesh, ok := vals["meshConfig"].(map[string]any); ok && q.Chart == "istiod" {
		a.refuseMesh(mesh)
	}
	// The operator's types of the values are stricter than the templates. They have istiod's under pilot.
	if q.Chart != "gateway" {
		typed, err := json.Marshal(nested(q.Chart, vals))
		a.refuse("json", err)
		a.refuse("types", (&apis.Values{}).UnmarshalJSON(typed))
	}
	return a
}

func (a *answer) refuseMesh(mesh map[string]any) {
	text, err := yaml.Marshal(mesh)
	a.refuse("yaml", err)
	found := meshConfig(question{Document: string(text)})
	a.Errors = append(a.Errors, found.Errors...)
	a.Warnings = append(a.Warnings, found.Warnings...)
}

func objects(manifests []manifest.Manifest) (all []map[string]any) {
	for _, m := range manifests {
		all = append(all, m.Object)
	}
	return all
}
