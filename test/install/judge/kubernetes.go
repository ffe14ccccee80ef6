package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/version"

	"istio.io/istio/istioctl/pkg/install/k8sversion"
)

// kubernetes says whether this Istio runs on a version of Kubernetes.
func kubernetes(q question) (a answer) {
	supported, err := k8sversion.CheckKubernetesVersion(&version.Info{GitVersion: q.Document})
	a.refuse("kubernetes", err)
	if err == nil && !supported {
		a.refuse("kubernetes", fmt.Errorf("the minimum supported Kubernetes version is 1.%d", k8sversion.MinK8SVersion))
	}
	return a
}
