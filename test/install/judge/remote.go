package main

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/multicluster"
)

// remoteSecret lets istiod's own controller of remote clusters read a Secret, and answers with the clusters that it found.
func remoteSecret(q question) (a answer) {
	secret := &corev1.Secret{}
	err := yaml.UnmarshalStrict([]byte(q.Document), secret)
	a.refuse("parse", err)
	if err != nil {
		return a
	}
	for key, value := range secret.StringData { // as the API server does
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		secret.Data[key] = []byte(value)
	}
	found := make(chan map[string]any, 10)
	client := kube.NewFakeClient(secret)
	controller := multicluster.NewController(multicluster.ControllerOptions{
		Client: client, ClusterID: "judge", SystemNamespace: q.Namespace, MeshConfig: meshwatcher.NewTestWatcher(nil),
		ClientBuilder: func(kubeConfig []byte, id cluster.ID, overrides ...func(*rest.Config)) (kube.Client, error) {
			config, err := kube.NewUntrustedRestConfig(kubeConfig, overrides...)
			entry := map[string]any{"cluster": string(id)}
			if err != nil {
				entry["error"] = err.Error()
			} else {
				entry["host"], entry["token"], entry["ca"] = config.Host, config.BearerToken, string(config.CAData)
			}
			found <- entry
			return nil, fmt.Errorf("judged")
		},
	})
	stop := make(chan struct{})
	defer close(stop)
	client.RunAndWait(stop)
	a.refuse("controller", controller.Run(stop))
	for {
		select {
		case entry := <-found:
			if err, bad := entry["error"]; bad {
				a.Errors = append(a.Errors, fmt.Sprint(err))
			}
			a.Objects = append(a.Objects, entry)
			if len(a.Objects) == len(secret.Data) {
				return a
			}
		case <-time.After(2 * time.Second):
			a.Errors = append(a.Errors, fmt.Sprintf("istiod reads %d of %d clusters", len(a.Objects), len(secret.Data)))
			return a
		}
	}
}
