package analyze

import (
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config/analysis/analyzers/util"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/msg"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
)

// A finding is external if all that it lacks may well exist outside of the files. externals has the codes for which that can
// be so, with a rule for each.
var externals = map[*diag.MessageType]func(*analysisContext, diag.Message) bool{
	msg.ReferencedResourceNotFound:          referenceIsExternal,
	msg.NoMatchingWorkloadsFound:            always,
	msg.UnknownDestinationRuleHost:          always,
	msg.DestinationRuleSubsetNotSelectPods:  subsetIsExternal,
	msg.VirtualServiceHostNotFoundInGateway: gatewayIsExternal,
	msg.InvalidWebhook:                      webhookIsExternal,
}

// references are the kinds of reference in ReferencedResourceNotFound, with a rule for each.
var references = map[string]func(*analysisContext, diag.Message) bool{
	"gateway":        always,
	"host":           always,
	"mirror host":    always,
	"selector":       always,
	"credentialName": always,
	"namespace":      always,
	"host:port":      portIsExternal,

	"host+subset in destinationrule":   ruleIsExternal,
	"mirror+subset in destinationrule": ruleIsExternal,
}

func (c *analysisContext) isExternal(message diag.Message) bool {
	rule, ok := externals[message.Type]
	return ok && rule(c, message)
}

func always(*analysisContext, diag.Message) bool { return true }

func referenceIsExternal(c *analysisContext, message diag.Message) bool {
	rule, ok := references[message.Parameters[0].(string)]
	return ok && rule(c, message)
}

// portIsExternal: the port of a host that the files define has to be in the files, too.
func portIsExternal(c *analysisContext, message diag.Message) bool {
	reference := message.Parameters[1].(string)
	host := reference[:strings.LastIndex(reference, ":")]
	return !c.defines(message.Resource, host)
}

// ruleIsExternal: a DestinationRule of the files for the host has to have the subset.
func ruleIsExternal(c *analysisContext, message diag.Message) bool {
	reference := message.Parameters[1].(string)
	host := reference[:strings.LastIndex(reference, "+")]
	name := util.GetResourceNameFromHost(message.Resource.Metadata.FullName.Namespace, host)
	return !c.index.ruleHosts()[name]
}

// subsetIsExternal: pods are missed only behind a host of the files that has other pods there.
func subsetIsExternal(c *analysisContext, message diag.Message) bool {
	host := message.Resource.Message.(*networking.DestinationRule).GetHost()
	if !c.defines(message.Resource, host) {
		return true
	}
	name := util.GetResourceNameFromHost(message.Resource.Metadata.FullName.Namespace, host)
	service := c.world.find(gvk.Service, name)
	if service == nil {
		return false
	}
	selector := labels.SelectorFromSet(selectorOf(service))
	for _, pod := range c.index.pods().matching(selectorOf(service)) {
		if pod.Metadata.FullName.Namespace == name.Namespace && selector.Matches(labels.Set(pod.Metadata.Labels)) {
			return false
		}
	}
	return true
}

func gatewayIsExternal(c *analysisContext, message diag.Message) bool {
	namespace, name, _ := strings.Cut(message.Parameters[2].(string), "/")
	return c.world.find(gvk.Gateway, resource.NewFullName(resource.Namespace(namespace), resource.LocalName(name))) == nil
}

// webhookIsExternal: the control plane of an injector is seldom in the same files. Injectors that are for the same pods are at fault.
func webhookIsExternal(_ *analysisContext, message diag.Message) bool {
	return strings.Contains(message.Parameters[0].(string), "control plane service that does not exist")
}

// defines tells whether the files, without what is assumed, define the host that the resource refers to.
func (c *analysisContext) defines(from *resource.Instance, host string) bool {
	return util.GetDestinationHost(from.Metadata.FullName.Namespace, nil, host, c.index.ownHosts()) != nil
}
