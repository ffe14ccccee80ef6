package schema

import (
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// rules are the CEL rules of a kind. Compiling them is the most expensive part of a first check (35 ms for a DestinationRule),
// and a rule only ever runs where the object has a value. So only the rules that the first object needs are compiled for it;
// as soon as another object needs more, all are.
type rules struct {
	structural *structural.Structural
	compiled   *cel.Validator
	// covered are the places whose rules are compiled; nil stands for all of them.
	covered places
	started bool
}

// places are the paths in a schema at which there are rules.
type places map[string]bool

// validatorFor gives the rules of a part of the schema.
func (r *rules) validatorFor(part *structural.Structural) *cel.Validator {
	if r.started && r.covered == nil {
		return r.compiled
	}
	needed := places{}
	needed.add("", part)
	switch {
	case !r.started:
		r.started = true
		r.covered = needed
		r.compiled = cel.NewValidator(only(needed, "", r.structural), true, celconfig.PerCallLimit)
	case !r.covered.hold(needed):
		r.covered = nil
		r.compiled = cel.NewValidator(r.structural, true, celconfig.PerCallLimit)
	}
	return r.compiled
}

func (p places) hold(others places) bool {
	for place := range others {
		if !p[place] {
			return false
		}
	}
	return true
}

// add collects the places of a schema.
func (p places) add(path string, s *structural.Structural) {
	if len(s.XValidations) > 0 {
		p[path] = true
	}
	if s.Items != nil {
		p.add(path+"[]", s.Items)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		p.add(path+".*", s.AdditionalProperties.Structural)
	}
	for key, property := range s.Properties {
		p.add(path+"."+key, &property)
	}
}

// only is a copy of a schema that has rules at the places alone.
func only(p places, path string, s *structural.Structural) *structural.Structural {
	part := *s
	if !p[path] {
		part.XValidations = nil
	}
	if s.Items != nil {
		part.Items = only(p, path+"[]", s.Items)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		part.AdditionalProperties = &structural.StructuralOrBool{Structural: only(p, path+".*", s.AdditionalProperties.Structural)}
	}
	if s.Properties != nil {
		part.Properties = map[string]structural.Structural{}
		for key, property := range s.Properties {
			part.Properties[key] = *only(p, path+"."+key, &property)
		}
	}
	return &part
}
