// Command verifier says what Istio would say about manifests, with Istio's own code.
package main

import (
	"os"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
