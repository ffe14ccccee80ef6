package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/validation"
	"github.com/argoproj/argo-rollouts/utils/evaluate"
	istioutil "github.com/argoproj/argo-rollouts/utils/istio"
	log "github.com/sirupsen/logrus"
	"k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// into decodes an object, and refuses fields that its type does not have.
func into(object unstructured.Unstructured, typed any) error {
	text, err := json.Marshal(object.Object)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(typed)
}

// rollout does what the controller does before it reconciles: it takes the template from the workload, and validates the Rollout, its
// VirtualServices and its analyses.
func rollout(object unstructured.Unstructured, set manifests) (errors []string) {
	refuse := func(err error) {
		if err != nil {
			errors = append(errors, fmt.Sprintf("argo: %s: %v", object.GetName(), err))
		}
	}
	var ro v1alpha1.Rollout
	if err := into(object, &ro); err != nil {
		refuse(err)
		return errors
	}
	if ref := ro.Spec.WorkloadRef; ref != nil {
		workload := set.find(ref.Kind, ro.Namespace, ref.Name)
		var deployment v1.Deployment
		if workload == nil {
			refuse(fmt.Errorf("workloadRef: %s not found", ref.Name))
			return errors
		}
		refuse(into(*workload, &deployment))
		ro.Spec.Selector = deployment.Spec.Selector
		ro.Spec.Template = deployment.Spec.Template
		ro.Spec.TemplateResolvedFromRef = true
	}
	refuse(validation.ValidateRollout(&ro).ToAggregate())
	refuse(validation.ValidateRolloutVirtualServicesConfig(&ro))
	for _, key := range istioutil.GetRolloutVirtualServiceKeys(&ro) {
		refuse(virtualService(&ro, key, set).ToAggregate())
	}
	if key := istioutil.GetRolloutDesinationRuleKeys(&ro); len(key) != 1 || find(set, "DestinationRule", key[0]) == nil {
		refuse(fmt.Errorf("destination rule %v not found", key))
	}
	for i, step := range ro.Spec.Strategy.Canary.Steps {
		if step.Analysis != nil {
			refuse(analysis(&ro, i, step.Analysis, set).ToAggregate())
		}
	}
	return errors
}

// find takes the key of the controller's caches, namespace/name.
func find(set manifests, kind, key string) *unstructured.Unstructured {
	for i, object := range set {
		if object.GetKind() == kind && object.GetNamespace()+"/"+object.GetName() == key {
			return &set[i]
		}
	}
	return nil
}

func virtualService(ro *v1alpha1.Rollout, key string, set manifests) field.ErrorList {
	object := find(set, "VirtualService", key)
	if object == nil {
		return field.ErrorList{field.NotFound(field.NewPath("virtualService"), key)}
	}
	return validation.ValidateVirtualService(ro, *object)
}

func analysis(ro *v1alpha1.Rollout, step int, wanted *v1alpha1.RolloutAnalysis, set manifests) field.ErrorList {
	templates := validation.AnalysisTemplatesWithType{
		TemplateType: validation.InlineAnalysis, CanaryStepIndex: step, Args: wanted.Args,
	}
	for _, ref := range wanted.Templates {
		object := set.find("AnalysisTemplate", ro.Namespace, ref.TemplateName)
		if object == nil {
			return field.ErrorList{field.NotFound(field.NewPath("analysis"), ref.TemplateName)}
		}
		var template v1alpha1.AnalysisTemplate
		if err := into(*object, &template); err != nil {
			return field.ErrorList{field.Invalid(field.NewPath("analysis"), ref.TemplateName, err.Error())}
		}
		templates.AnalysisTemplates = append(templates.AnalysisTemplates, &template)
	}
	return validation.ValidateAnalysisTemplatesWithType(ro, templates)
}

// verdicts has the controller evaluate the condition of each metric: what it makes of no data, of NaN, and of the numbers.
func verdicts(template v1alpha1.AnalysisTemplate) (found []string) {
	for _, metric := range template.Spec.Metrics {
		for _, result := range [][]float64{{}, {math.NaN()}, {0}, {0.5}, {0.99}, {1}, {500}, {501}} {
			phase, err := evaluate.EvaluateResult(result, metric, *log.NewEntry(log.StandardLogger()))
			if err != nil {
				found = append(found, fmt.Sprintf("condition of %s: %v: %v", metric.Name, result, err))
			}
			if phase == v1alpha1.AnalysisPhaseSuccessful {
				found = append(found, fmt.Sprintf("%s is good at %v", metric.Name, result))
			}
		}
	}
	return found
}
