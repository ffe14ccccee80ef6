// Package verify runs verdicts over manifests and makes one report of what they say.
package verify

import (
	"fmt"

	"github.com/cdk8s-istio/cdk8s-istio/imports/crds"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/analyze"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/manifest"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/mesh"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/parallel"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/report"
	"github.com/cdk8s-istio/cdk8s-istio/verifier/internal/schema"

	meshconfig "istio.io/api/mesh/v1alpha1"
)

// Verifier keeps what is worth keeping from one input to the next.
type Verifier struct {
	schemas *schema.Checker
}

// New makes a Verifier. It is safe for use by several goroutines.
func New() *Verifier {
	return &Verifier{schemas: schema.New(crds.Istio)}
}

// Run judges the sources as one set of manifests.
func (v *Verifier) Run(sources []Source, options Options) (*report.Report, error) {
	settings, err := options.settle()
	if err != nil {
		return nil, err
	}
	config, findings := readMesh(settings)
	settings.analysis.Mesh = config
	answer := &report.Report{Findings: append([]report.Finding{}, findings...)}

	var docs []manifest.Document
	for _, source := range sources {
		docs = append(docs, manifest.Split(source.Name, source.Text)...)
	}
	judged := make([]judgement, len(docs))
	parallel.Each(len(docs), func(i int) { judged[i] = v.judge(docs[i], settings) })

	var prepared []analyze.Prepared
	for _, j := range judged {
		answer.Objects += j.objects
		answer.Findings = append(answer.Findings, j.findings...)
		prepared = append(prepared, j.prepared...)
	}
	// The analysis comes last: some analyzers change the objects that they look at.
	if settings.wants(Analyze) {
		answer.Findings = append(answer.Findings, analyzeAll(prepared, settings)...)
	}
	answer.Sort()
	return answer, nil
}

// judgement is what comes of one document.
type judgement struct {
	objects  int
	findings []report.Finding
	prepared []analyze.Prepared
}

// judge reads a document, asks about each of its objects the verdicts that look at one object at a time, and prepares it for
// the analysis. Then the object is let go of: of many objects, only what the analysis needs stays in memory.
func (v *Verifier) judge(doc manifest.Document, settings *settings) (j judgement) {
	defer func() {
		if crash := recover(); crash != nil {
			j.findings = append(j.findings, report.Finding{
				Verdict: Input,
				File:    doc.File(),
				Line:    doc.Line(),
				Message: fmt.Sprintf("the verifier crashed on this document: %v", crash),
			})
		}
	}()
	objects, problems := doc.Objects()
	j.objects = len(objects)
	for _, p := range problems {
		j.findings = append(j.findings, report.Finding{Verdict: Input, File: p.File, Line: p.Line, Message: p.Message})
	}
	for _, object := range objects {
		for _, verdict := range settings.Verdicts {
			j.findings = append(j.findings, v.ask(verdict, object, settings)...)
		}
		if settings.wants(Analyze) {
			j.prepared = append(j.prepared, analyze.Prepare(object, settings.analysis))
		}
		object.Forget()
	}
	return j
}

// readMesh reads and judges the mesh config. It gives nil if there is none that could be used.
func readMesh(settings *settings) (*meshconfig.MeshConfig, []report.Finding) {
	if len(settings.Mesh.Text) == 0 {
		return nil, nil
	}
	config, errs, warnings := mesh.Read(string(settings.Mesh.Text))
	var findings []report.Finding
	for _, found := range append(each(report.Error, errs), each(report.Warning, warnings)...) {
		found.Verdict, found.Kind, found.File, found.URL = Validate, "MeshConfig", settings.Mesh.Name, report.MeshURL
		findings = append(findings, found)
	}
	return config, findings
}

func analyzeAll(prepared []analyze.Prepared, settings *settings) []report.Finding {
	var findings []report.Finding
	for _, message := range analyze.Run(prepared, settings.analysis) {
		found := message.Finding
		found.Verdict = Analyze
		if message.Object != nil {
			found = about(message.Object, settings, found)
		}
		findings = append(findings, found)
	}
	return findings
}

// ask asks one verdict about one object. A crash in a validator is a finding about the object, not the end of the run.
func (v *Verifier) ask(verdict string, object *manifest.Object, settings *settings) (findings []report.Finding) {
	say, ok := objectVerdicts[verdict]
	if !ok {
		return nil
	}
	defer func() {
		if crash := recover(); crash != nil {
			findings = []report.Finding{about(object, settings, report.Finding{
				Verdict: verdict,
				Message: fmt.Sprintf("the validator crashed: %v", crash),
			})}
		}
	}()
	for _, found := range say(v, object, settings) {
		found.Verdict = verdict
		findings = append(findings, about(object, settings, found))
	}
	return findings
}

// about completes a finding with the object that it is about.
func about(object *manifest.Object, settings *settings, found report.Finding) report.Finding {
	found.APIVersion = object.GetAPIVersion()
	found.Kind = object.GetKind()
	found.Name = object.GetName()
	found.Namespace = object.GetNamespace()
	found.File = object.File()
	if found.Namespace == "" && namespaced(object.GroupVersionKind()) {
		found.Namespace = settings.DefaultNamespace
	}
	if found.Line == 0 {
		found.Line = object.Line(found.Path)
	}
	if found.URL == "" {
		found.URL = report.DocsURL(object.GroupVersionKind())
	}
	return found
}
