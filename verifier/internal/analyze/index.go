package analyze

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/labels"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config/analysis/analyzers/util"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
)

// index holds the objects of a world by what analyzers look for. Each part is made when it is first asked for.
type index struct {
	certificates func() keyed
	gatewayHosts func() map[string]int
	pods         func() labelled
	services     func() selectors
	// narrowEntries says that some ServiceEntry selects workloads.
	narrowEntries func() bool
	// members has for each namespace one of its pods that are in the mesh, if there are any.
	members func() []*resource.Instance
	// ruleHosts are the hosts that DestinationRules of the files are for.
	ruleHosts func() map[resource.FullName]bool
	// ownHosts are the hosts that the files define, without what is assumed.
	ownHosts func() map[util.ScopedFqdn]*networking.ServiceEntry
}

func newIndex(w *world) *index {
	return &index{
		certificates: sync.OnceValue(func() keyed {
			return newKeyed(w.kind(gvk.Gateway).list, certificatesOf)
		}),
		gatewayHosts: sync.OnceValue(func() map[string]int {
			return countHosts(w.kind(gvk.Gateway).list)
		}),
		pods: sync.OnceValue(func() labelled {
			pods := w.kind(gvk.Pod).list
			return labelled{all: pods, byLabel: newKeyed(pods, func(pod *resource.Instance) []string { return pairs(pod.Metadata.Labels) })}
		}),
		services: sync.OnceValue(func() selectors {
			return newSelectors(w.kind(gvk.Service).list)
		}),
		narrowEntries: sync.OnceValue(func() bool {
			return slices.ContainsFunc(w.kind(gvk.ServiceEntry).list, func(entry *resource.Instance) bool {
				return len(entry.Message.(*networking.ServiceEntry).GetWorkloadSelector().GetLabels()) > 0
			})
		}),
		members: sync.OnceValue(func() []*resource.Instance { return memberOfEach(w) }),
		ruleHosts: sync.OnceValue(func() map[resource.FullName]bool {
			return ruleHosts(w.kind(gvk.DestinationRule).list)
		}),
		ownHosts: sync.OnceValue(func() map[util.ScopedFqdn]*networking.ServiceEntry {
			return util.InitServiceEntryHostMap(newContext(w.judged(gvk.Service, gvk.ServiceEntry)))
		}),
	}
}

// memberOfEach finds a pod in the mesh for each namespace.
func memberOfEach(w *world) []*resource.Instance {
	c := newContext(w)
	found := map[resource.Namespace]bool{}
	var members []*resource.Instance
	for _, pod := range w.kind(gvk.Pod).list {
		namespace := pod.Metadata.FullName.Namespace
		if !found[namespace] && (util.PodInMesh(pod, c) || util.PodInAmbientMode(pod)) {
			found[namespace] = true
			members = append(members, pod)
		}
	}
	return members
}

func ruleHosts(rules []*resource.Instance) map[resource.FullName]bool {
	hosts := map[resource.FullName]bool{}
	for _, rule := range rules {
		host := rule.Message.(*networking.DestinationRule).GetHost()
		hosts[util.GetResourceNameFromHost(rule.Metadata.FullName.Namespace, host)] = true
	}
	return hosts
}

// keyed is a list of objects that can be found by any of their keys.
type keyed struct {
	list  []*resource.Instance
	byKey map[string][]int
}

func newKeyed(list []*resource.Instance, keys func(*resource.Instance) []string) keyed {
	k := keyed{list: list, byKey: map[string][]int{}}
	for i, instance := range list {
		for _, key := range keys(instance) {
			k.byKey[key] = append(k.byKey[key], i)
		}
	}
	return k
}

// any gives the objects that have at least one of the keys, each once, in the order of the list.
func (k keyed) any(keys ...string) []*resource.Instance {
	var places []int
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		places = append(places, k.byKey[key]...)
	}
	slices.Sort(places)
	var found []*resource.Instance
	for _, i := range slices.Compact(places) {
		found = append(found, k.list[i])
	}
	return found
}

// labelled is a list of objects that can be found by their labels.
type labelled struct {
	all     []*resource.Instance
	byLabel keyed
}

// matching gives all objects that a selector may match: those with the rarest of its labels. An empty selector matches all.
func (l labelled) matching(selector map[string]string) []*resource.Instance {
	if len(selector) == 0 {
		return l.all
	}
	return l.byLabel.any(l.rarest(pairs(selector)))
}

// matchingAny gives all objects that one of several selectors may match, each once, in the order of the list.
func (l labelled) matchingAny(selectors []map[string]string) []*resource.Instance {
	var keys []string
	for _, selector := range selectors {
		if len(selector) == 0 {
			return l.all
		}
		keys = append(keys, l.rarest(pairs(selector)))
	}
	return l.byLabel.any(keys...)
}

// first gives one object that a selector matches, if there is one.
func (l labelled) first(selector map[string]string) []*resource.Instance {
	matches := labels.SelectorFromSet(selector)
	for _, instance := range l.matching(selector) {
		if matches.Matches(labels.Set(instance.Metadata.Labels)) {
			return []*resource.Instance{instance}
		}
	}
	return nil
}

func (l labelled) rarest(labels []string) string {
	return slices.MinFunc(labels, func(a, b string) int {
		return len(l.byLabel.byKey[a]) - len(l.byLabel.byKey[b])
	})
}

// selectors is a list of Services that can be found by the labels that they select. A Service without a selector selects
// everything for one analyzer and nothing for another, so it is always in.
type selectors struct {
	byLabel keyed
}

func newSelectors(services []*resource.Instance) selectors {
	return selectors{newKeyed(services, func(service *resource.Instance) []string {
		namespace := service.Metadata.FullName.Namespace.String()
		selected := pairs(selectorOf(service))
		if len(selected) == 0 {
			return []string{namespace}
		}
		// One label is enough to find it: all of them have to be on the pod.
		return []string{namespace + "/" + selected[0]}
	})}
}

// selecting gives all Services of the namespace that may select an object with the labels.
func (s selectors) selecting(namespace resource.Namespace, labels map[string]string) []*resource.Instance {
	keys := []string{namespace.String()}
	for _, label := range pairs(labels) {
		keys = append(keys, namespace.String()+"/"+label)
	}
	return s.byLabel.any(keys...)
}

func pairs(labels map[string]string) []string {
	pairs := make([]string, 0, len(labels))
	for key, value := range labels {
		pairs = append(pairs, key+"="+value)
	}
	slices.Sort(pairs)
	return pairs
}

func countHosts(gateways []*resource.Instance) map[string]int {
	count := map[string]int{}
	for _, instance := range gateways {
		for _, server := range instance.Message.(*networking.Gateway).GetServers() {
			for _, host := range server.GetHosts() {
				count[host]++
			}
		}
	}
	return count
}
