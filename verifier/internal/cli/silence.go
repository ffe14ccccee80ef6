package cli

import (
	"io"

	"k8s.io/klog/v2"

	"istio.io/istio/pkg/log"
)

// silence turns off what the linked packages log: the report is the only thing to say, and in server mode a stray line on
// standard output would break the protocol.
func silence() {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
}
