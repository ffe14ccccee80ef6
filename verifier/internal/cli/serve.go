package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math"

	"github.com/spf13/cobra"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/collector"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/verify"
)

// request is one line of the server's input.
type request struct {
	// ID comes back with the answer, as it is.
	ID               json.RawMessage `json:"id"`
	Manifests        string          `json:"manifests"`
	Verdicts         []string        `json:"verdicts"`
	DefaultNamespace string          `json:"defaultNamespace"`
	RootNamespace    string          `json:"rootNamespace"`
	MeshConfig       string          `json:"meshConfig"`
	Assume           string          `json:"assume"`
	Suppress         []string        `json:"suppress"`
}

// answer is one line of the server's output. It has either a report or an error.
type answer struct {
	ID     json.RawMessage `json:"id"`
	Report *report.Report  `json:"report,omitempty"`
	Error  string          `json:"error,omitempty"`
}

func serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Answers requests, one JSON object a line, until standard input ends",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			collector.Tune(math.MaxInt)
			return answerAll(command.InOrStdin(), command.OutOrStdout())
		},
	}
}

// answerAll reads whole lines, however long: a request holds all the manifests of an application.
func answerAll(in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	verifier := verify.New()
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(answerOne(verifier, line)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func answerOne(verifier *verify.Verifier, line []byte) answer {
	var ask request
	if err := json.Unmarshal(line, &ask); err != nil {
		return answer{ID: ask.ID, Error: err.Error()}
	}
	found, err := verifier.Run(
		[]verify.Source{{Text: []byte(ask.Manifests)}},
		verify.Options{
			Verdicts:         ask.Verdicts,
			DefaultNamespace: ask.DefaultNamespace,
			RootNamespace:    ask.RootNamespace,
			Mesh:             verify.Source{Name: "meshConfig", Text: []byte(ask.MeshConfig)},
			Assume:           verify.Source{Name: "assume", Text: []byte(ask.Assume)},
			Suppress:         ask.Suppress,
		},
	)
	if err != nil {
		return answer{ID: ask.ID, Error: err.Error()}
	}
	return answer{ID: ask.ID, Report: found}
}
