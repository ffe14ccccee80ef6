package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/relabel"
	"github.com/prometheus/prometheus/model/rulefmt"
)

// checkResource decodes a resource into the operator's type, and gives Prometheus what the operator would. It returns the rules of a PrometheusRule.
func checkResource(raw json.RawMessage, a *answer) []byte {
	if raw == nil {
		return nil
	}
	var head struct{ APIVersion, Kind string }
	a.refuse("resource", json.Unmarshal(raw, &head))
	where := head.APIVersion + " " + head.Kind
	switch where {
	case "monitoring.coreos.com/v1 PrometheusRule":
		var rule monitoring.PrometheusRule
		a.refuse(where, strictly(raw, &rule))
		groups, err := json.Marshal(rule.Spec) // YAML takes JSON
		a.refuse(where, err)
		_, errs := rulefmt.Parse(groups, false, model.UTF8Validation, promql)
		a.refuse(where, errs...)
		return groups
	case "monitoring.coreos.com/v1 PodMonitor":
		var monitor monitoring.PodMonitor
		a.refuse(where, strictly(raw, &monitor))
		for _, endpoint := range monitor.Spec.PodMetricsEndpoints {
			checkScrape(where, endpoint.Interval, endpoint.RelabelConfigs, a)
		}
	case "monitoring.coreos.com/v1 ServiceMonitor":
		var monitor monitoring.ServiceMonitor
		a.refuse(where, strictly(raw, &monitor))
		for _, endpoint := range monitor.Spec.Endpoints {
			checkScrape(where, endpoint.Interval, endpoint.RelabelConfigs, a)
		}
	default:
		a.refuse(where, fmt.Errorf("no judge for it"))
	}
	return nil
}

func strictly(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func checkScrape(where string, interval monitoring.Duration, relabelings []monitoring.RelabelConfig, a *answer) {
	if interval != "" {
		_, err := model.ParseDuration(string(interval))
		a.refuse(where, err)
	}
	for _, written := range relabelings {
		rule := relabel.DefaultRelabelConfig
		rule.NameValidationScheme = model.UTF8Validation
		for _, name := range written.SourceLabels {
			rule.SourceLabels = append(rule.SourceLabels, model.LabelName(name))
		}
		if written.Regex != "" {
			regex, err := relabel.NewRegexp(written.Regex)
			a.refuse(where, err)
			rule.Regex = regex
		}
		if written.Action != "" {
			rule.Action = relabel.Action(written.Action)
		}
		if written.Replacement != nil {
			rule.Replacement = *written.Replacement
		}
		rule.TargetLabel = written.TargetLabel
		a.refuse(where, rule.Validate(model.UTF8Validation))
	}
}
