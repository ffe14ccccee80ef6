package verify

import (
	kube "k8s.io/apimachinery/pkg/runtime/schema"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/validate"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/webhook"
)

// The verdicts.
const (
	// Schema is what kube-apiserver says by Istio's CustomResourceDefinitions.
	Schema = "schema"
	// Webhook is what Istio's admission webhook says.
	Webhook = "webhook"
	// Validate is what "istioctl validate" says, and about the mesh config istiod.
	Validate = "validate"
	// Analyze is what "istioctl analyze" says.
	Analyze = "analyze"
	// Input is about documents that can't be read. It can't be left out.
	Input = "input"
)

// Verdicts lists the verdicts that can be asked for.
func Verdicts() []string { return []string{Schema, Webhook, Validate, Analyze} }

// objectVerdicts are the verdicts that need no other object than the one they judge.
var objectVerdicts = map[string]func(*Verifier, *manifest.Object, *settings) []report.Finding{
	Schema: func(v *Verifier, object *manifest.Object, settings *settings) []report.Finding {
		var findings []report.Finding
		for _, problem := range v.schemas.Check(&object.Unstructured, settings.DefaultNamespace) {
			findings = append(findings, report.Finding{Path: problem.Path, Message: problem.Message})
		}
		return findings
	},
	Webhook: func(_ *Verifier, object *manifest.Object, settings *settings) []report.Finding {
		errs, warnings := webhook.Check(object, settings.DefaultNamespace)
		return append(each(report.Error, errs), each(report.Warning, warnings)...)
	},
	Validate: func(_ *Verifier, object *manifest.Object, settings *settings) []report.Finding {
		found := validate.Check(object, validate.Options{
			DefaultNamespace: settings.DefaultNamespace,
			RootNamespace:    settings.RootNamespace,
		})
		findings := append(each(report.Error, found.Errors), each(report.Warning, found.Warnings)...)
		return append(findings, each(report.Info, found.Notes)...)
	},
}

// each makes a finding of each message.
func each(level report.Level, messages []string) []report.Finding {
	var findings []report.Finding
	for _, message := range messages {
		findings = append(findings, report.Finding{Level: level, Message: message})
	}
	return findings
}

// namespaced tells whether objects of the kind live in a namespace. Kinds that Istio doesn't know may or may not.
func namespaced(id kube.GroupVersionKind) bool {
	schema, known := collections.All.FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&id))
	return known && !schema.IsClusterScoped()
}
