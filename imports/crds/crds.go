// Package crds holds Istio's CustomResourceDefinitions at the version the project is pinned to,
// for the Go programs of this project; the TypeScript bindings beside it come from the same file.
package crds

import _ "embed"

// Istio is the multi-document YAML of all CustomResourceDefinitions.
//
//go:embed istio.yaml
var Istio []byte
