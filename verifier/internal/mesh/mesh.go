// Package mesh reads and judges Istio's mesh config.
package mesh

import (
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/validation/agent"
	"istio.io/istio/pkg/util/protomarshal"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
)

// Read lays a mesh config over Istio's defaults, as istiod does, and says what Istio finds wrong with it. Without a usable
// mesh config it returns nil.
func Read(text string) (config *meshconfig.MeshConfig, errs, warnings []string) {
	config, err := mesh.ApplyMeshConfigDefaults(text)
	if err != nil {
		return nil, report.Messages(err), nil
	}
	warning, _ := agent.ValidateMeshConfig(config)
	warnings = report.Messages(warning)
	// istiod ignores fields that it doesn't know, so a misspelled one has no effect and nobody hears of it.
	if err := protomarshal.ApplyYAMLStrict(text, &meshconfig.MeshConfig{}); err != nil {
		warnings = append(warnings, "ignored by Istio: "+err.Error())
	}
	return config, nil, warnings
}
