// The API server of the lab: Kubernetes' own, with etcd in the same process.
package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// Usage: apiserver --data DIR --etcd URL --etcd-peer URL -- [flags of kube-apiserver]
func main() {
	data := flag.String("data", "", "the directory that etcd keeps its data in")
	client := flag.String("etcd", "", "the URL that etcd answers at")
	peer := flag.String("etcd-peer", "", "the URL that other members of etcd, of which there are none, would use")
	flag.Parse()

	store, err := startEtcd(*data, *client, *peer)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer store.Close()

	command := app.NewAPIServerCommand()
	command.SetArgs(append(flag.Args(), "--etcd-servers="+*client))
	os.Exit(cli.Run(command))
}

func startEtcd(data, client, peer string) (*embed.Etcd, error) {
	clientURL, err := url.Parse(client)
	if err != nil {
		return nil, err
	}
	peerURL, err := url.Parse(peer)
	if err != nil {
		return nil, err
	}
	config := embed.NewConfig()
	config.Dir = data
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{*clientURL}, []url.URL{*clientURL}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{*peerURL}, []url.URL{*peerURL}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.UnsafeNoFsync = true // the data lives no longer than the run
	config.LogLevel = "warn"
	store, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	<-store.Server.ReadyNotify()
	return store, nil
}
