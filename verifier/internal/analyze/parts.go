package analyze

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1beta1"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/msg"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
)

// subjects are the analyzers that hold each of their subjects against each pod, in loops of their own that no context can
// narrow, while what they say about a subject depends on no other subject. They are run on one part of their subjects after
// the other, and each time are shown only the pods that matter to the part.
var subjects = map[string]config.GroupVersionKind{
	"auth.AuthorizationPoliciesAnalyzer":      gvk.AuthorizationPolicy,
	"destinationrule.SubsetSelectPodAnalyzer": gvk.DestinationRule,
}

// partSize is a variable for the tests, in which objects are few.
var partSize = 250

// analyze runs all of Istio's analyzers.
func (c *analysisContext) analyze() {
	for _, analyzer := range analyzers.All() {
		kind, divided := subjects[analyzer.Metadata().Name]
		if !divided {
			c.run(analyzer, nil)
			continue
		}
		for part := range slices.Chunk(c.world.kind(kind).list, partSize) {
			c.run(analyzer, part)
		}
	}
}

// run runs one analyzer. If it crashes, that is a message, as Istio has one for it.
func (c *analysisContext) run(analyzer analysis.Analyzer, part []*resource.Instance) {
	name := analyzer.Metadata().Name
	defer func() {
		if crash := recover(); crash != nil {
			c.messages.Add(msg.NewInternalError(nil, fmt.Sprintf("%s crashed: %v", name, crash)))
		}
	}()
	c.SetAnalyzer(name)
	c.part = part
	analyzer.Analyze(c)
}

func thePart(c *analysisContext) []*resource.Instance { return c.part }

// podsForPolicies are the pods that the selectors of policies may match and, for policies without a selector, a pod of each
// namespace: these need but one.
func podsForPolicies(c *analysisContext) []*resource.Instance {
	var selectors []map[string]string
	everywhere := false
	for _, policy := range c.part {
		selector := policy.Message.(*security.AuthorizationPolicy).GetSelector()
		if len(selector.GetMatchLabels()) == 0 {
			everywhere = true
			continue
		}
		selectors = append(selectors, selector.GetMatchLabels())
	}
	pods := c.index.pods().matchingAny(selectors)
	if everywhere {
		pods = append(slices.Clone(pods), c.index.members()...)
	}
	return pods
}

// podsForSubsets has for each subset of the rules a pod that it matches: that there is one is all that the analyzer wants to
// know. Where the labels of a subset are not all that decides, it has all pods.
func podsForSubsets(c *analysisContext) []*resource.Instance {
	pods := c.index.pods()
	if c.index.narrowEntries() {
		return pods.all
	}
	var found []*resource.Instance
	seen := map[string]bool{}
	for _, rule := range c.part {
		for _, subset := range rule.Message.(*networking.DestinationRule).GetSubsets() {
			key := strings.Join(pairs(subset.GetLabels()), ",")
			switch {
			case seen[key]:
				continue
			case addedByNode(subset.GetLabels()):
				return pods.all
			}
			seen[key] = true
			found = append(found, pods.first(subset.GetLabels())...)
		}
	}
	return found
}

// addedByNode tells labels that pods get from the node that they run on; the analyzer adds them itself.
func addedByNode(labels map[string]string) bool {
	for key := range labels {
		if strings.HasPrefix(key, "topology.") || key == "kubernetes.io/hostname" {
			return true
		}
	}
	return false
}
