package analyze

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ryanuber/go-glob"

	"istio.io/api/annotation"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/msg"
)

// Suppression silences a code on the resources whose name, as in "DestinationRule default/x", fits a pattern.
type Suppression struct {
	Code     string
	Resource string
}

// ParseSuppression reads the form that "istioctl analyze -S" takes, as in "IST0101=VirtualService default/*". A code that
// doesn't exist is an error here, as it could only be a mistake.
func ParseSuppression(text string) (Suppression, error) {
	parts := strings.Split(text, "=")
	if len(parts) != 2 {
		return Suppression{}, fmt.Errorf("%q is not a suppression: must be like \"IST0101=VirtualService default/*\"", text)
	}
	if !slices.ContainsFunc(msg.All(), func(known *diag.MessageType) bool { return known.Code() == parts[0] }) {
		return Suppression{}, fmt.Errorf("unknown message code %q in suppression %q", parts[0], text)
	}
	return Suppression{Code: parts[0], Resource: parts[1]}, nil
}

// suppressed tells whether a message was silenced by an annotation of its resource or by one of the suppressions. The rules
// are those of pkg/config/analysis/local, where they aren't exported.
func suppressed(message diag.Message, suppressions []Suppression) bool {
	if message.Resource == nil {
		return false
	}
	code := message.Type.Code()
	if silences(message.Resource.Metadata.Annotations, code) {
		return true
	}
	// Nobody can annotate the pod of a workload but in its template, so the workload speaks for it as well.
	if o := message.Resource.Origin.(*origin); o.root != "" && silences(o.object.GetAnnotations(), code) {
		return true
	}
	return slices.ContainsFunc(suppressions, func(s Suppression) bool {
		return s.Code == code && glob.Glob(s.Resource, message.Resource.Origin.FriendlyName())
	})
}

func silences(annotations map[string]string, code string) bool {
	for silenced := range strings.SplitSeq(annotations[annotation.GalleyAnalyzeSuppress.Name], ",") {
		if silenced == "*" || silenced == code {
			return true
		}
	}
	return false
}
