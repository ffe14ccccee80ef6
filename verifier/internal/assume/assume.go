// Package assume reads what a user declares to exist outside of the files.
package assume

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
)

// Declaration is the short form. What it can't say is said with manifests, in documents of their own beside it.
type Declaration struct {
	// Namespaces by name.
	Namespaces []string `json:"namespaces"`
	// Hosts, as in "api.example.com:443" or "ratings.prod.svc.cluster.local:9080,9090".
	Hosts []string `json:"hosts"`
	// Secrets with a TLS certificate, as in "istio-system/api-cert".
	Secrets []string `json:"secrets"`
	// Gateways are the pods, with their Service, that Gateway objects select.
	Gateways []Gateway `json:"gateways"`
}

// Gateway is a proxy that runs at the edge of the mesh.
type Gateway struct {
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	Ports     []int64           `json:"ports"`
}

// Parse reads declarations and manifests from a multi-document text.
func Parse(file, text, rootNamespace string) ([]*manifest.Object, error) {
	read, problems := manifest.Parse(file, []byte(text))
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s:%d: %s", file, problems[0].Line, problems[0].Message)
	}
	var objects []*manifest.Object
	for _, object := range read {
		if object.GetKind() != "" {
			objects = append(objects, object)
			continue
		}
		declared, err := declared(object.Object, rootNamespace)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, object.Line(""), err)
		}
		objects = append(objects, declared...)
	}
	return objects, nil
}

func declared(content map[string]any, rootNamespace string) ([]*manifest.Object, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	var declaration Declaration
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&declaration); err != nil {
		return nil, err
	}
	var objects []*manifest.Object
	add := func(apiVersion, kind, namespace, name string, fields map[string]any) *unstructured.Unstructured {
		object := manifest.New(fields)
		object.SetAPIVersion(apiVersion)
		object.SetKind(kind)
		object.SetNamespace(namespace)
		object.SetName(name)
		objects = append(objects, object)
		return &object.Unstructured
	}
	for _, name := range declaration.Namespaces {
		add("v1", "Namespace", "", name, map[string]any{})
	}
	for i, host := range declaration.Hosts {
		name, ports, err := hostPorts(host)
		if err != nil {
			return nil, err
		}
		if service, namespace, ok := cutService(name); ok {
			add("v1", "Service", namespace, service, map[string]any{"spec": map[string]any{"ports": servicePorts(ports)}})
			continue
		}
		add("networking.istio.io/v1", "ServiceEntry", rootNamespace, fmt.Sprintf("assumed-%d", i), map[string]any{
			"spec": map[string]any{"hosts": []any{name}, "resolution": "DNS", "ports": entryPorts(ports)},
		})
	}
	for _, secret := range declaration.Secrets {
		namespace, name, ok := strings.Cut(secret, "/")
		if !ok {
			return nil, fmt.Errorf("secret %q must be like \"namespace/name\"", secret)
		}
		add("v1", "Secret", namespace, name, map[string]any{"type": "kubernetes.io/tls", "data": certificate()})
	}
	for i, gateway := range declaration.Gateways {
		namespace := gateway.Namespace
		if namespace == "" {
			namespace = rootNamespace
		}
		name := fmt.Sprintf("assumed-gateway-%d", i)
		add("v1", "Pod", namespace, name, map[string]any{
			"spec": map[string]any{"containers": []any{map[string]any{"name": "istio-proxy", "image": "istio/proxyv2"}}},
		}).SetLabels(gateway.Labels)
		add("v1", "Service", namespace, name, map[string]any{
			"spec": map[string]any{"selector": texts(gateway.Labels), "ports": servicePorts(gateway.Ports)},
		})
	}
	return objects, nil
}

// hostPorts takes apart "host:80,443".
func hostPorts(text string) (string, []int64, error) {
	host, list, found := strings.Cut(text, ":")
	var ports []int64
	if !found {
		return host, ports, nil
	}
	for number := range strings.SplitSeq(list, ",") {
		port, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return "", nil, fmt.Errorf("%q is no port in host %q", number, text)
		}
		ports = append(ports, int64(port))
	}
	return host, ports, nil
}

// cutService takes apart the name of a Kubernetes Service.
func cutService(host string) (service, namespace string, ok bool) {
	name, ok := strings.CutSuffix(host, ".svc.cluster.local")
	if !ok {
		return "", "", false
	}
	return strings.Cut(name, ".")
}

func servicePorts(numbers []int64) []any {
	ports := []any{}
	for _, number := range numbers {
		ports = append(ports, map[string]any{"name": fmt.Sprintf("tcp-%d", number), "port": number, "targetPort": number, "protocol": "TCP"})
	}
	return ports
}

func entryPorts(numbers []int64) []any {
	ports := []any{}
	for _, number := range numbers {
		ports = append(ports, map[string]any{"name": fmt.Sprintf("tcp-%d", number), "number": number, "protocol": "TCP"})
	}
	return ports
}

func texts(labels map[string]string) map[string]any {
	values := map[string]any{}
	for key, value := range labels {
		values[key] = value
	}
	return values
}
