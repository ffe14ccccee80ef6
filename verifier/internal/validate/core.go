package validate

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"istio.io/istio/pkg/config/protocol"
	"istio.io/istio/pkg/kube/labels"
	"istio.io/istio/pkg/url"
)

// topLevel are the keys that an Istio object may have.
var topLevel = []string{"apiVersion", "kind", "metadata", "spec", "status"}

func unknownFields(object *unstructured.Unstructured) []string {
	var unknown []string
	for key := range object.Object {
		if !slices.Contains(topLevel, key) {
			unknown = append(unknown, fmt.Sprintf("unknown field %q", key))
		}
	}
	slices.Sort(unknown)
	return unknown
}

// service checks that each port says its protocol. istioctl crashes on ports of the wrong type; they are skipped here.
func service(object *unstructured.Unstructured) Problems {
	var found Problems
	id := fmt.Sprintf("%s/%s/:", object.GetName(), object.GetNamespace())
	ports, _, _ := unstructured.NestedSlice(object.Object, "spec", "ports")
	for _, port := range ports {
		port, _ := port.(map[string]any)
		if text, _ := port["protocol"].(string); strings.EqualFold(text, "UDP") {
			continue
		}
		name, named := port["name"].(string)
		application, declared := port["appProtocol"].(string)
		switch {
		case declared && protocol.Parse(application).IsUnsupported():
			found.Errors = append(found.Errors,
				fmt.Sprintf("service %q doesn't follow Istio protocol selection. This is not recommended, See %s", id, url.ProtocolSelection))
		case declared:
		case !named:
			found.Errors = append(found.Errors,
				fmt.Sprintf("service %q has an unnamed port. This is not recommended, See %s", id, url.DeploymentRequirements))
		case unsupported(name):
			found.Errors = append(found.Errors,
				fmt.Sprintf("service %q port %q does not follow the Istio naming convention. See %s", id, name, url.DeploymentRequirements))
		}
	}
	return found
}

func unsupported(portName string) bool {
	prefix, _, _ := strings.Cut(portName, "-")
	return protocol.Parse(prefix) == protocol.Unsupported
}

// deployment notes pod templates whose labels name neither the service nor its revision to telemetry.
func deployment(object *unstructured.Unstructured) Problems {
	template, _, err := unstructured.NestedStringMap(object.Object, "spec", "template", "metadata", "labels")
	if err != nil {
		return Problems{Errors: []string{err.Error()}}
	}
	if labels.HasCanonicalServiceName(template) && labels.HasCanonicalServiceRevision(template) {
		return Problems{}
	}
	return Problems{Notes: []string{fmt.Sprintf("deployment %q may not provide Istio metrics and telemetry labels: %q. See %s",
		fmt.Sprintf("%s/%s:", object.GetName(), object.GetNamespace()), template, url.DeploymentRequirements)}}
}
