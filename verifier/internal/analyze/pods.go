package analyze

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kube "k8s.io/apimachinery/pkg/runtime/schema"

	"istio.io/api/annotation"
	"istio.io/api/label"
	"istio.io/istio/pkg/config/analysis/analyzers/injection"
	"istio.io/istio/pkg/config/analysis/analyzers/util"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
)

// templates are the kinds that make pods, and where their pod template is.
var templates = map[kube.GroupKind][]string{
	{Group: "apps", Kind: "DaemonSet"}:      {"spec", "template"},
	{Group: "apps", Kind: "Deployment"}:     {"spec", "template"},
	{Group: "apps", Kind: "ReplicaSet"}:     {"spec", "template"},
	{Group: "apps", Kind: "StatefulSet"}:    {"spec", "template"},
	{Group: "argoproj.io", Kind: "Rollout"}: {"spec", "template"},
	{Group: "batch", Kind: "CronJob"}:       {"spec", "jobTemplate", "spec", "template"},
	{Group: "batch", Kind: "Job"}:           {"spec", "template"},
}

// podOf makes the pod of a workload, of which there is one, however many replicas are asked for. Files hold no pods, and
// without pods no selector finds anything.
func podOf(workload *unstructured.Unstructured) (map[string]any, string) {
	path, ok := templates[workload.GroupVersionKind().GroupKind()]
	if !ok {
		return nil, ""
	}
	template, found, err := unstructured.NestedMap(workload.Object, path...)
	if !found || err != nil {
		return nil, ""
	}
	pod := &unstructured.Unstructured{Object: template}
	pod.SetAPIVersion("v1")
	pod.SetKind("Pod")
	pod.SetName(workload.GetName())
	pod.SetNamespace(workload.GetNamespace())
	return pod.Object, strings.Join(path, ".")
}

// images are the proxies that the injectors among the objects put in, by the name of the injector's ConfigMap.
type images map[string]string

func imagesOf(w *world) images {
	found := images{}
	for _, config := range w.kind(gvk.ConfigMap).list {
		name := config.Metadata.FullName.Name.String()
		if strings.HasPrefix(name, util.InjectionConfigMap) {
			found[name] = injection.GetIstioProxyImage(config.Message.(*corev1.ConfigMap))
		}
	}
	return found
}

// of is the image for pods of a namespace. Any will do where no injector is there to say.
func (i images) of(namespace *resource.Instance) string {
	if image := i[util.GetInjectorConfigMapName(labelsOf(namespace)[label.IoIstioRev.Name])]; image != "" {
		return image
	}
	return "istio/proxyv2"
}

// join does to a pod what Istio does to it when it is created: it puts the proxy in, or marks it as redirected to ztunnel.
func join(pod *resource.Instance, w *world, images images) {
	spec := pod.Message.(*corev1.PodSpec)
	namespace := w.find(gvk.Namespace, resource.FullName{Name: resource.LocalName(pod.Metadata.FullName.Namespace)})
	switch {
	case injected(pod, spec, namespace):
		for i, container := range spec.Containers {
			if container.Name == util.IstioProxyName {
				// A gateway's own template has the proxy already, with "auto" in the place of the image.
				if container.Image == "auto" {
					spec.Containers[i].Image = images.of(namespace)
				}
				return
			}
		}
		spec.Containers = append(spec.Containers, corev1.Container{Name: util.IstioProxyName, Image: images.of(namespace)})
	case captured(pod, spec, namespace):
		if pod.Metadata.Annotations == nil {
			pod.Metadata.Annotations = map[string]string{}
		}
		pod.Metadata.Annotations[annotation.AmbientRedirection.Name] = constants.AmbientRedirectionEnabled
	}
}

// injected follows the selectors of Istio's default injection webhook and then the injector's own rules (pkg/kube/inject).
func injected(pod *resource.Instance, spec *corev1.PodSpec, namespace *resource.Instance) bool {
	wish, asked := pod.Metadata.Labels[label.SidecarInject.Name]
	if wish == "false" || spec.HostNetwork || !asked && pod.Metadata.Annotations[annotation.SidecarInject.Name] == "false" {
		return false
	}
	switch labelsOf(namespace)[util.InjectionLabelName] {
	case util.InjectionLabelEnableValue:
		return true
	case "":
		return labelsOf(namespace)[label.IoIstioRev.Name] != "" || wish == "true" || pod.Metadata.Labels[label.IoIstioRev.Name] != ""
	}
	return false
}

// captured follows Istio's CNI agent: the pod's own wish goes before its namespace's.
func captured(pod *resource.Instance, spec *corev1.PodSpec, namespace *resource.Instance) bool {
	if spec.HostNetwork {
		return false
	}
	mode, asked := pod.Metadata.Labels[label.IoIstioDataplaneMode.Name]
	if !asked {
		mode = labelsOf(namespace)[label.IoIstioDataplaneMode.Name]
	}
	return mode == constants.DataplaneModeAmbient
}

func labelsOf(instance *resource.Instance) map[string]string {
	if instance == nil {
		return nil
	}
	return instance.Metadata.Labels
}
