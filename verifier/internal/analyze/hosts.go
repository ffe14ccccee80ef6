package analyze

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config/analysis/analyzers/util"
	"istio.io/istio/pkg/config/host"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
)

// servicesThatMayConflict leaves out VirtualServices whose hosts no other one has, not even by a wildcard: only a shared host
// makes a conflict, and nothing is said about, or with the name of, one that shares none.
func servicesThatMayConflict(c *analysisContext) []*resource.Instance {
	list := c.world.kind(gvk.VirtualService).list
	count := map[string]int{}
	var wildcards []host.Name
	for _, service := range list {
		for _, name := range fullHosts(service) {
			count[name]++
			if count[name] == 1 && strings.HasPrefix(name, "*") {
				wildcards = append(wildcards, host.Name(name))
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(service *resource.Instance) bool {
		return !slices.ContainsFunc(fullHosts(service), func(name string) bool {
			return count[name] > 1 || slices.ContainsFunc(wildcards, host.Name(name).Matches)
		})
	})
}

func fullHosts(service *resource.Instance) []string {
	var names []string
	for _, name := range service.Message.(*networking.VirtualService).GetHosts() {
		names = append(names, util.ConvertHostToFQDN(service.Metadata.FullName.Namespace, name))
	}
	return names
}

// servicesWithSubsets are the VirtualServices that route to a subset of a host to which one on a gateway routes without a
// subset: only these may be bypassed, which is what the analyzer collects them for.
func servicesWithSubsets(c *analysisContext) []*resource.Instance {
	list := c.world.kind(gvk.VirtualService).list
	bypassed := map[string]bool{}
	for _, service := range list {
		if len(service.Message.(*networking.VirtualService).GetGateways()) == 0 {
			continue
		}
		for _, destination := range destinations(service) {
			if destination.GetSubset() == "" {
				bypassed[destination.GetHost()] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(service *resource.Instance) bool {
		return !slices.ContainsFunc(destinations(service), func(destination *networking.Destination) bool {
			return destination.GetSubset() != "" && bypassed[destination.GetHost()]
		})
	})
}

func destinations(service *resource.Instance) []*networking.Destination {
	var found []*networking.Destination
	for _, rule := range service.Message.(*networking.VirtualService).GetHttp() {
		for _, route := range rule.GetRoute() {
			found = append(found, route.GetDestination())
		}
	}
	return found
}
