// Package cli is the command line around the verifier.
package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/collector"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/verify"
)

// Exit codes.
const (
	clean    = 0
	findings = 1
	unusable = 2
)

// errFindings ends a run that found something at the level of --fail-on.
var errFindings = errors.New("findings")

// Main runs the program and returns its exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) int {
	silence()
	collector.Tune(0)
	command := root()
	command.AddCommand(serve())
	command.SetArgs(args)
	command.SetIn(in)
	command.SetOut(out)
	command.SetErr(errs)
	switch err := command.Execute(); {
	case err == nil:
		return clean
	case errors.Is(err, errFindings):
		return findings
	default:
		fmt.Fprintln(errs, "error:", err)
		return unusable
	}
}

func root() *cobra.Command {
	var options verify.Options
	var meshFile, assumeFile string
	format := "json"
	failOn := report.Error
	allowExternal := false
	command := &cobra.Command{
		Use:   "verifier [flags] FILE|FOLDER|- ...",
		Short: "Says what Istio would say about manifests, with Istio's own code",
		Long: `Says what Istio would say about manifests, with Istio's own code.

Reads YAML or JSON, of one or several documents, from files, folders or standard input (-), and judges all of it as one set.
Exits with 0 if nothing was found at the level of --fail-on, with 1 if something was, and with 2 if it can't be used like that
or can't read its input.`,
		Args:          cobra.MinimumNArgs(1),
		SilenceErrors: true,
		SilenceUsage:  true,
		CompletionOptions: cobra.CompletionOptions{
			DisableDefaultCmd: true,
		},
		RunE: func(command *cobra.Command, args []string) error {
			if err := report.CheckFormat(format); err != nil {
				return err
			}
			sources, err := read(args, command.InOrStdin())
			if err != nil {
				return err
			}
			if options.Mesh, err = readOne(meshFile, command.InOrStdin()); err != nil {
				return err
			}
			if options.Assume, err = readOne(assumeFile, command.InOrStdin()); err != nil {
				return err
			}
			answer, err := verify.New().Run(sources, options)
			if err != nil {
				return err
			}
			if err := report.Write(command.OutOrStdout(), format, answer); err != nil {
				return err
			}
			if answer.Has(failOn, allowExternal) {
				return errFindings
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.StringSliceVar(&options.Verdicts, "verdict", nil, fmt.Sprintf("verdicts to give, of %v; all if left out", verify.Verdicts()))
	flags.StringVar(&options.DefaultNamespace, "default-namespace", "default", "namespace of objects that have none")
	flags.StringVar(&options.RootNamespace, "root-namespace", "istio-system", "namespace that Istio runs in")
	flags.StringVar(&meshFile, "mesh-config", "", "file with Istio's mesh config, which is judged as well")
	flags.StringVar(&assumeFile, "assume", "", "file with what exists outside of the files: manifests, or the short form")
	flags.StringArrayVarP(&options.Suppress, "suppress", "S", nil,
		`silence a message of the analysis, as in "IST0101=VirtualService default/*"; can be repeated`)
	flags.StringVar(&format, "format", format, fmt.Sprintf("form of the report, one of %v", report.Formats()))
	flags.Var(&failOn, "fail-on", "exit with 1 if there is a finding of this level or worse: error, warning or info")
	flags.BoolVar(&allowExternal, "allow-external", false, "don't exit with 1 for findings that only lack what may exist outside of the files")
	return command
}

func read(args []string, stdin io.Reader) ([]verify.Source, error) {
	files, err := manifest.Files(args)
	if err != nil {
		return nil, err
	}
	var sources []verify.Source
	size := 0
	for _, file := range files {
		source, err := readOne(file, stdin)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source)
		size += len(source.Text)
	}
	collector.Tune(size)
	return sources, nil
}

// readOne reads a file, or nothing if no file is named.
func readOne(file string, stdin io.Reader) (verify.Source, error) {
	if file == "" {
		return verify.Source{}, nil
	}
	text, err := manifest.Read(file, stdin)
	return verify.Source{Name: file, Text: text}, err
}
