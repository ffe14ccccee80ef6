package main

import (
	_ "unsafe" // for go:linkname

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/validation/agent"
	"istio.io/istio/pkg/util/protomarshal"
)

// Istio only logs what is wrong with an extension provider, and then ignores the provider. Here that is an error.
//
//go:linkname validateExtensionProvider istio.io/istio/pkg/config/validation/agent.validateExtensionProvider
func validateExtensionProvider(config *meshconfig.MeshConfig) error

// meshConfig judges a MeshConfig as istiod would, and refuses fields that istiod would pass over.
func meshConfig(q question) (a answer) {
	a.refuse("unknown field", protomarshal.ApplyYAMLStrict(q.Document, &meshconfig.MeshConfig{}))
	config, err := mesh.ApplyMeshConfigDefaults(q.Document)
	a.refuse("parse", err)
	if err != nil {
		return a
	}
	warning, err := agent.ValidateMeshConfig(config)
	a.refuse("validate", err)
	a.refuse("extension provider", validateExtensionProvider(config))
	if warning != nil {
		a.Warnings = append(a.Warnings, warning.Error())
	}
	return a
}

func meshNetworks(q question) (a answer) {
	a.refuse("unknown field", protomarshal.ApplyYAMLStrict(q.Document, &meshconfig.MeshNetworks{}))
	_, err := mesh.ParseMeshNetworks(q.Document)
	a.refuse("validate", err)
	return a
}
