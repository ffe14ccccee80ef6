// Package webhook gives the verdict of Istio's validating admission webhook.
//
// Its handler can only be reached over HTTP, so the calls that it makes are made here; the tests hold this package against
// the handler.
package webhook

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/spec"
)

// domain is the cluster domain of a default installation.
const domain = "cluster.local"

// groups are those whose objects kube-apiserver sends to the webhook.
var groups = []string{"extensions.istio.io", "networking.istio.io", "security.istio.io", "telemetry.istio.io"}

// topLevel are the keys that an object may have.
var topLevel = []string{"apiVersion", "kind", "metadata", "spec", "status"}

// Check judges an object of Istio's kinds. Others never reach the webhook.
func Check(object *manifest.Object, defaultNamespace string) (errs, warnings []string) {
	decoded := object.Spec()
	if decoded == nil || !slices.Contains(groups, decoded.Schema.Group()) {
		return nil, nil
	}
	converted, err := convert(object, decoded, defaultNamespace)
	if err != nil {
		return []string{err.Error()}, nil
	}
	warning, err := decoded.Schema.ValidateConfig(*converted)
	if err != nil {
		return report.Messages(err), nil
	}
	for _, field := range slices.Sorted(maps.Keys(object.Object)) {
		if !slices.Contains(topLevel, field) {
			errs = append(errs, fmt.Sprintf("unknown field %q on %s resource %s/%s", field, object.GetKind(), converted.Namespace, converted.Name))
		}
	}
	if errs != nil {
		return errs, nil
	}
	return nil, report.Messages(warning)
}

// convert makes what the validators work on. Istio's own conversion does it for all that isn't plain, and where it fails, as
// it then says why.
func convert(object *manifest.Object, decoded *spec.Spec, defaultNamespace string) (*config.Config, error) {
	if meta, plain := spec.Meta(&object.Unstructured, decoded.Schema, defaultNamespace); plain {
		if message, err := decoded.Lenient(); err == nil {
			meta.Domain = domain
			return &config.Config{Meta: meta, Spec: message}, nil
		}
	}
	text, err := json.Marshal(object.Object)
	if err != nil {
		return nil, err
	}
	var kind crd.IstioKind
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, fmt.Errorf("cannot decode configuration: %v", err)
	}
	if kind.Namespace == "" {
		// kube-apiserver fills it in before it calls the webhook.
		kind.Namespace = defaultNamespace
	}
	converted, err := crd.ConvertObject(decoded.Schema, &kind, domain)
	if err != nil {
		return nil, fmt.Errorf("error decoding configuration: %v", err)
	}
	return converted, nil
}
