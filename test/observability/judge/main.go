// Command judge says what Prometheus' own code makes of rules and queries, and what the Prometheus operator's types make of its resources.
// It reads one JSON question a line and answers each by one line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// A question is about a resource of the Prometheus operator, or about queries, or about what rules do on some series.
type question struct {
	Resource json.RawMessage   `json:"resource"`
	Queries  []string          `json:"queries"`
	Series   map[string]string `json:"series"`
	At       string            `json:"at"`
}

// A sample is one of a query's results.
type sample struct {
	Labels map[string]string `json:"labels"`
	Value  string            `json:"value"`
}

// An alert is one that fires.
type alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

type answer struct {
	Errors  []string   `json:"errors"`
	Alerts  []alert    `json:"alerts"`
	Results [][]sample `json:"results"`
}

func (a *answer) refuse(where string, errs ...error) {
	for _, err := range errs {
		if err != nil {
			a.Errors = append(a.Errors, fmt.Sprintf("%s: %v", where, err))
		}
	}
}

var promql = parser.NewParser(parser.Options{})

func judge(q question) answer {
	a := answer{Errors: []string{}, Alerts: []alert{}, Results: [][]sample{}}
	groups := checkResource(q.Resource, &a)
	for _, query := range q.Queries {
		_, err := promql.ParseExpr(query)
		a.refuse(query, err)
	}
	if len(a.Errors) > 0 || q.Series == nil {
		return a
	}
	at, err := time.ParseDuration(q.At)
	if err != nil {
		a.refuse("at", err)
		return a
	}
	evaluate(groups, q, at, &a)
	return a
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if err := out.Encode(judge(q)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
}
