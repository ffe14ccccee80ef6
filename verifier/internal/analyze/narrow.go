package analyze

import (
	corev1 "k8s.io/api/core/v1"

	appsv1 "k8s.io/api/apps/v1"

	networking "istio.io/api/networking/v1alpha3"
	telemetry "istio.io/api/telemetry/v1alpha1"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/gvk"
)

// walk names a place in an analyzer's code: a loop over all objects of a kind, inside of a loop over another kind or, without
// an outer kind, the nth loop at the top.
type walk struct {
	analyzer string
	outer    config.GroupVersionKind
	inner    config.GroupVersionKind
	nth      int
}

var top = config.GroupVersionKind{}

// narrowings say for some walks which objects are enough. Each may give more than the analyzer will pick, as the analyzer still
// picks for itself, but never less. The tests hold all of this against Istio's own context, which knows no shortcuts.
var narrowings = map[walk]func(*analysisContext) []*resource.Instance{
	{"gateway.CertificateAnalyzer", gvk.Gateway, gvk.Gateway, 0}:                       gatewaysWithSameCertificate,
	{"gateway.ConflictingGatewayAnalyzer", top, gvk.Gateway, 2}:                        gatewaysThatMayConflict,
	{"gateway.IngressGatewayPortAnalyzer", gvk.Gateway, gvk.Pod, 0}:                    podsOfGateway,
	{"gateway.IngressGatewayPortAnalyzer", gvk.Pod, gvk.Service, 0}:                    servicesOfPod,
	{"gateway.SecretAnalyzer", gvk.Gateway, gvk.Pod, 0}:                                podsOfGateway,
	{"virtualservice.ConflictingMeshGatewayHostsAnalyzer", top, gvk.VirtualService, 1}: servicesThatMayConflict,
	{"virtualservice.DestinationHostAnalyzer", top, gvk.VirtualService, 1}:             servicesWithSubsets,
	{"virtualservice.GatewayAnalyzer", gvk.VirtualService, gvk.Gateway, 0}:             askedGateway,
	{"virtualservice.JWTClaimRouteAnalyzer", gvk.VirtualService, gvk.Pod, 0}:           podsOfAskedGateway,
	{"sidecar.SelectorAnalyzer", gvk.Sidecar, gvk.Pod, 0}:                              podsOfSidecar,
	{"telemetry.SelectorAnalyzer", gvk.Telemetry, gvk.Pod, 0}:                          podsOfTelemetry,
	{"deployment.MultiServiceAnalyzer", gvk.Deployment, gvk.Service, 0}:                servicesOfDeployment,

	// The analyzers that are run in parts.
	{"auth.AuthorizationPoliciesAnalyzer", top, gvk.AuthorizationPolicy, 1}:  thePart,
	{"auth.AuthorizationPoliciesAnalyzer", top, gvk.Pod, 1}:                  podsForPolicies,
	{"destinationrule.SubsetSelectPodAnalyzer", top, gvk.DestinationRule, 1}: thePart,
	{"destinationrule.SubsetSelectPodAnalyzer", top, gvk.Pod, 1}:             podsForSubsets,
}

// narrowed gives the objects that a walk which begins now has to visit.
func (c *analysisContext) narrowed(id config.GroupVersionKind) []*resource.Instance {
	here := walk{analyzer: c.analyzer, inner: id}
	if depth := len(c.walks); depth > 0 {
		here.outer = c.walks[depth-1].Metadata.Schema.GroupVersionKind()
	} else {
		c.count[id]++
		here.nth = c.count[id]
	}
	if narrow, ok := narrowings[here]; ok {
		return narrow(c)
	}
	return c.world.kind(id).list
}

// at is the object that the innermost walk is at.
func (c *analysisContext) at() *resource.Instance { return c.walks[len(c.walks)-1] }

func gatewaysWithSameCertificate(c *analysisContext) []*resource.Instance {
	return c.index.certificates().any(certificatesOf(c.at())...)
}

func gatewaysThatMayConflict(c *analysisContext) []*resource.Instance {
	hosts := c.index.gatewayHosts()
	var list []*resource.Instance
	for _, instance := range c.world.kind(gvk.Gateway).list {
		if mayConflict(instance.Message.(*networking.Gateway), hosts) {
			list = append(list, instance)
		}
	}
	return list
}

// mayConflict leaves out gateways whose hosts no other server has: a conflict needs a host that two servers share. Gateways
// without servers stay, as the analyzer says about them that their selector isn't found.
func mayConflict(gateway *networking.Gateway, hosts map[string]int) bool {
	for _, server := range gateway.GetServers() {
		for _, host := range server.GetHosts() {
			if hosts[host] > 1 {
				return true
			}
		}
	}
	return len(gateway.GetServers()) == 0
}

func podsOfGateway(c *analysisContext) []*resource.Instance {
	return c.index.pods().matching(c.at().Message.(*networking.Gateway).GetSelector())
}

func askedGateway(c *analysisContext) []*resource.Instance {
	if found := c.world.find(gvk.Gateway, c.asked); found != nil {
		return []*resource.Instance{found}
	}
	return nil
}

func podsOfAskedGateway(c *analysisContext) []*resource.Instance {
	found := c.world.find(gvk.Gateway, c.asked)
	return c.index.pods().matching(found.Message.(*networking.Gateway).GetSelector())
}

func podsOfSidecar(c *analysisContext) []*resource.Instance {
	return c.index.pods().matching(c.at().Message.(*networking.Sidecar).GetWorkloadSelector().GetLabels())
}

func podsOfTelemetry(c *analysisContext) []*resource.Instance {
	return c.index.pods().matching(c.at().Message.(*telemetry.Telemetry).GetSelector().GetMatchLabels())
}

func servicesOfPod(c *analysisContext) []*resource.Instance {
	pod := c.at()
	return c.index.services().selecting(pod.Metadata.FullName.Namespace, pod.Metadata.Labels)
}

func servicesOfDeployment(c *analysisContext) []*resource.Instance {
	deployment := c.at()
	template := deployment.Message.(*appsv1.DeploymentSpec).Template
	return c.index.services().selecting(deployment.Metadata.FullName.Namespace, template.Labels)
}

// certificatesOf lists what may make two servers of gateways have the same certificate.
func certificatesOf(instance *resource.Instance) []string {
	var certificates []string
	for _, server := range instance.Message.(*networking.Gateway).GetServers() {
		if name := server.GetTls().GetCredentialName(); name != "" {
			certificates = append(certificates, "name "+name)
		}
		if file := server.GetTls().GetServerCertificate(); file != "" {
			certificates = append(certificates, "file "+file)
		}
	}
	return certificates
}

// selectorOf is the selector of a Service.
func selectorOf(service *resource.Instance) map[string]string {
	return service.Message.(*corev1.ServiceSpec).Selector
}
