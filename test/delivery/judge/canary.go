package main

import (
	"fmt"

	flagger "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	"github.com/fluxcd/flagger/pkg/metrics/observers"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// canary decodes as Flagger does, strictly, and looks for all that a Canary refers to.
func canary(object unstructured.Unstructured, set manifests) (errors []string) {
	refuse := func(err error) {
		if err != nil {
			errors = append(errors, fmt.Sprintf("flagger: %s: %v", object.GetName(), err))
		}
	}
	var typed flagger.Canary
	refuse(into(object, &typed))
	target := typed.Spec.TargetRef
	if set.find(target.Kind, typed.Namespace, target.Name) == nil {
		refuse(fmt.Errorf("%s %s not found", target.Kind, target.Name))
	}
	for _, metric := range typed.GetAnalysis().Metrics {
		if metric.TemplateRef == nil {
			if metric.Name != "request-success-rate" && metric.Name != "request-duration" {
				refuse(fmt.Errorf("Flagger has no metric %q", metric.Name))
			}
			continue
		}
		found := set.find("MetricTemplate", typed.Namespace, metric.TemplateRef.Name)
		if found == nil {
			refuse(fmt.Errorf("metric template %s not found", metric.TemplateRef.Name))
			continue
		}
		var template flagger.MetricTemplate
		refuse(into(*found, &template))
		model := flagger.MetricTemplateModel{Name: "x", Namespace: "x", Target: "x", Service: "x", Interval: "1m", Variables: map[string]string{}}
		_, err := observers.RenderQuery(template.Spec.Query, model)
		refuse(err)
	}
	for _, alert := range typed.GetAnalysis().Alerts {
		found := set.find("AlertProvider", typed.Namespace, alert.ProviderRef.Name)
		if found == nil {
			refuse(fmt.Errorf("alert provider %s not found", alert.ProviderRef.Name))
			continue
		}
		refuse(into(*found, &flagger.AlertProvider{}))
	}
	return errors
}
