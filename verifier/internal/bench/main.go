//go:build unix

// Command bench holds the verifier against Istio's own way of analyzing the same manifests: whole processes, side by side, in
// turns, wall time and peak memory. Run it with
//
//	go run ./internal/bench -services 2,1000,5000 -rounds 3
//
// With the roles all and verifier it also holds what the two say against each other.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"
	istiolog "istio.io/istio/pkg/log"

	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/cli"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/services"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/verify"
)

// roles are what the program does when it starts itself to be measured.
var roles = map[string]func(file string){
	"verifier": func(file string) { cli.Main([]string{file}, os.Stdin, os.Stdout, os.Stderr) },
	"analyze":  func(file string) { cli.Main([]string{"--verdict", "analyze", file}, os.Stdin, os.Stdout, os.Stderr) },
	"istioctl": func(file string) { istioctl(file, (*local.IstiodAnalyzer).AddReaderKubeSource) },
	"all":      func(file string) { istioctl(file, (*local.IstiodAnalyzer).AddTestReaderKubeSource) },
}

var about = map[string]string{
	"verifier": "this program, all four verdicts",
	"analyze":  "this program, analyze alone",
	"istioctl": "istioctl analyze --use-kube=false: files, with the reduced set of kinds",
	"all":      "Istio's analyzer with all kinds counted, as analyze counts them",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) == 3 && roles[os.Args[1]] != nil {
		roles[os.Args[1]](os.Args[2])
		return
	}
	sizes := flag.String("services", "2,1000,5000", "sizes of the input: services, of 5 objects each, or 8 with -workloads")
	workloads := flag.Bool("workloads", false, "with a Namespace, Service and Deployment for each service")
	rounds := flag.Int("rounds", 3, "runs of each; the median counts")
	names := flag.String("roles", "istioctl,verifier", "what to run, of istioctl, all, verifier and analyze")
	flag.Parse()

	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	fmt.Printf("%10s %-10s %10s %10s %10s\n", "services", "who", "seconds", "CPU", "MB")
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			log.Fatal(err)
		}
		file := filepath.Join(folder, size+".yaml")
		if err := os.WriteFile(file, []byte(services.Manifests(n, *workloads)), 0o600); err != nil {
			log.Fatal(err)
		}
		results := map[string][]result{}
		for range *rounds {
			for role := range strings.SplitSeq(*names, ",") {
				results[role] = append(results[role], measure(role, file))
			}
		}
		for role := range strings.SplitSeq(*names, ",") {
			m := median(results[role])
			fmt.Printf("%10d %-10s %10.3f %10.3f %10d\n", n, role, m.wall.Seconds(), m.cpu.Seconds(), m.memory>>20)
		}
		if ours, theirs := results["verifier"], results["all"]; ours != nil && theirs != nil && !*workloads {
			compare(ours[0].output, theirs[0].output)
		}
	}
	for role := range strings.SplitSeq(*names, ",") {
		fmt.Printf("%s: %s\n", role, about[role])
	}
}

type result struct {
	wall, cpu time.Duration
	memory    int64
	output    []byte
}

func measure(role, file string) result {
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	command := exec.Command(self, role, file)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, os.Stderr
	if role == "istioctl" || role == "all" {
		// istioctl leaves the garbage collector as it is, so this program's choice must not come into it.
		command.Env = append(os.Environ(), "GOGC=100")
	}
	start := time.Now()
	if err := command.Run(); err != nil {
		log.Fatalf("%s: %v", role, err)
	}
	usage := command.ProcessState.SysUsage().(*syscall.Rusage)
	return result{
		wall:   time.Since(start),
		cpu:    command.ProcessState.UserTime() + command.ProcessState.SystemTime(),
		memory: usage.Maxrss << 10,
		output: output.Bytes(),
	}
}

func median(results []result) result {
	slices.SortFunc(results, func(a, b result) int { return cmp.Compare(a.wall, b.wall) })
	return results[len(results)/2]
}

// istioctl does what "istioctl analyze" does with a file.
func istioctl(file string, add func(*local.IstiodAnalyzer, []local.ReaderSource) error) {
	for _, scope := range istiolog.Scopes() {
		scope.SetOutputLevel(istiolog.NoneLevel)
	}
	text, err := os.Open(file)
	if err != nil {
		log.Fatal(err)
	}
	analyzer := local.NewSourceAnalyzer(analyzers.AllCombined(), "", "istio-system", nil)
	if err := add(analyzer, []local.ReaderSource{{Name: file, Reader: text}}); err != nil {
		log.Fatal(err)
	}
	stop := make(chan struct{})
	defer close(stop)
	result, err := analyzer.Analyze(stop)
	if err != nil {
		log.Fatal(err)
	}
	out := bufio.NewWriter(os.Stdout)
	for _, message := range result.Messages {
		resource := ""
		if message.Resource != nil {
			resource = message.Resource.Origin.FriendlyName()
		}
		fmt.Fprintln(out, message.Type.Code(), resource, fmt.Sprintf(message.Type.Template(), message.Parameters...))
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

// compare tells whether the analysis of this program says the same as Istio's with all kinds counted, as a set of code, resource
// and text. Istio makes no pods of workloads, so with these it would have other things to say.
func compare(ours, theirs []byte) {
	var answer report.Report
	if err := json.Unmarshal(ours, &answer); err != nil {
		log.Fatal(err)
	}
	said := map[string]int{}
	for _, found := range answer.Findings {
		if found.Verdict == verify.Analyze {
			said[fmt.Sprintf("%s %s %s/%s %s", found.Code, found.Kind, found.Namespace, found.Name, found.Message)] |= 1
		}
	}
	for line := range strings.Lines(string(theirs)) {
		said[strings.TrimSuffix(line, "\n")] |= 2
	}
	by := map[int][]string{}
	for line, who := range said {
		by[who] = append(by[who], line)
	}
	fmt.Printf("%10s messages: %d of both, %d only of verifier, %d only of all\n", "", len(by[3]), len(by[1]), len(by[2]))
	for _, line := range slices.Concat(by[1], by[2]) {
		fmt.Println(line)
	}
}
