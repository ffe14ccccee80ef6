// Command judge says what Istio's own code thinks of an installation: mesh configuration, IstioOperator documents and
// the values of Istio's Helm charts. It reads one JSON question a line and answers each by one line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"istio.io/istio/pkg/log"
)

// A question names one of the judges, and what it is to look at.
type question struct {
	Judge     string `json:"judge"`
	Document  string `json:"document"`
	Chart     string `json:"chart"`
	Namespace string `json:"namespace"`
	Release   string `json:"release"`
}

// An answer has what Istio found wrong and, where the question asks for them, facts.
type answer struct {
	Errors   []string         `json:"errors"`
	Warnings []string         `json:"warnings"`
	Objects  []map[string]any `json:"objects,omitempty"`
	Fields   []field          `json:"fields,omitempty"`
}

func (a *answer) refuse(where string, err error) {
	if err != nil {
		a.Errors = append(a.Errors, fmt.Sprintf("%s: %v", where, err))
	}
}

var judges = map[string]func(question) answer{
	"meshConfig":   meshConfig,
	"meshNetworks": meshNetworks,
	"operator":     operator,
	"chart":        chart,
	"kubernetes":   kubernetes,
	"fields":       fields,
	"remoteSecret": remoteSecret,
}

func main() {
	quiet := log.DefaultOptions()
	quiet.OutputPaths = []string{"stderr"}
	quiet.SetDefaultOutputLevel(log.OverrideScopeName, log.NoneLevel)
	if err := log.Configure(quiet); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		judge, known := judges[q.Judge]
		if !known {
			fmt.Fprintf(os.Stderr, "no judge %q\n", q.Judge)
			os.Exit(2)
		}
		if err := out.Encode(judge(q)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
}
