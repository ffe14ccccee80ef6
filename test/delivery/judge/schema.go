package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apimachinery "k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// A checker applies the schema of one version of a CRD.
type checker struct {
	structural *schema.Structural
	validator  validation.SchemaValidator
}

func load(files []string) (map[string]*checker, error) {
	checkers := map[string]*checker{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			var crd apiextensionsv1.CustomResourceDefinition
			if err := yaml.Unmarshal(document, &crd); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			for _, version := range crd.Spec.Versions {
				made, err := newChecker(version)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", file, err)
				}
				checkers[apimachinery.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}.String()] = made
			}
		}
	}
	return checkers, nil
}

func newChecker(version apiextensionsv1.CustomResourceDefinitionVersion) (*checker, error) {
	var internal apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, &internal, nil); err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	return &checker{structural, validator}, err
}

// check validates as the API server does, and refuses what it would drop without a word.
func (c *checker) check(object unstructured.Unstructured) (errors []string) {
	name := fmt.Sprintf("%s %s", object.GetKind(), object.GetName())
	for _, err := range validation.ValidateCustomResource(nil, object.Object, c.validator) {
		errors = append(errors, fmt.Sprintf("schema: %s: %v", name, err))
	}
	before, _ := json.Marshal(object.Object)
	pruned := object.DeepCopy()
	for _, path := range pruning.PruneWithOptions(pruned.Object, c.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		errors = append(errors, fmt.Sprintf("dropped: %s: %s", name, path))
	}
	after, _ := json.Marshal(pruned.Object)
	if len(errors) == 0 && !bytes.Equal(before, after) {
		errors = append(errors, fmt.Sprintf("dropped: %s: something", name))
	}
	return errors
}
