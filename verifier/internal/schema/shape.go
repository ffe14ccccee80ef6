package schema

import (
	"sync"
	"sync/atomic"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
)

// shapes are the parts of a schema that objects have needed so far. The validators look at every property that a schema has,
// and a DestinationRule may have a thousand, of which most objects use the same few. Properties that an object doesn't have
// can't change what is said about it, so they are left out.
type shapes struct {
	full       *apiextensions.JSONSchemaProps
	structural *structural.Structural

	latest atomic.Pointer[shape]
	lock   sync.Mutex
	part   *apiextensions.JSONSchemaProps
	rules  rules
}

// shape is what a kind asks of objects with no other fields than those that the shape has.
type shape struct {
	structural *structural.Structural
	openAPI    validation.SchemaCreateValidator
	rules      *cel.Validator
	// embeds and lists say that there is something for the checks of embedded metadata and of list keys.
	embeds, lists bool
}

func newShapes(full *apiextensions.JSONSchemaProps, structural *structural.Structural) *shapes {
	return &shapes{full: full, structural: structural, part: bare(full), rules: rules{structural: structural}}
}

// of gives a shape that has all fields of the object.
func (s *shapes) of(object map[string]any) (*shape, error) {
	if known := s.latest.Load(); known != nil && covers(known.structural, s.structural, object) {
		return known, nil
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	grow(s.part, s.full, object)
	part, err := structural.NewStructural(s.part)
	if err != nil {
		return nil, err
	}
	openAPI, _, err := validation.NewSchemaValidator(s.part)
	if err != nil {
		return nil, err
	}
	next := &shape{
		structural: part,
		openAPI:    openAPI,
		rules:      s.rules.validatorFor(part),
		embeds:     some(part, func(s *structural.Structural) bool { return s.XEmbeddedResource }),
		lists:      some(part, func(s *structural.Structural) bool { return s.XListType != nil }),
	}
	s.latest.Store(next)
	return next, nil
}

// covers tells whether a part of a schema has all that the full one has about a value.
func covers(part, full *structural.Structural, value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			fullProperty, known := full.Properties[key]
			switch {
			case known:
				property, ok := part.Properties[key]
				if !ok || !covers(&property, &fullProperty, child) {
					return false
				}
			case full.AdditionalProperties != nil && full.AdditionalProperties.Structural != nil:
				if !covers(part.AdditionalProperties.Structural, full.AdditionalProperties.Structural, child) {
					return false
				}
			}
		}
	case []any:
		for _, child := range value {
			if full.Items != nil && !covers(part.Items, full.Items, child) {
				return false
			}
		}
	}
	return true
}

// grow adds to a part of a schema what the full one has about a value.
func grow(part, full *apiextensions.JSONSchemaProps, value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, child := range value {
			if fullProperty, known := full.Properties[key]; known {
				property, ok := part.Properties[key]
				if !ok {
					property = *bare(&fullProperty)
				}
				grow(&property, &fullProperty, child)
				part.Properties[key] = property
			} else if full.AdditionalProperties != nil && full.AdditionalProperties.Schema != nil {
				grow(part.AdditionalProperties.Schema, full.AdditionalProperties.Schema, child)
			}
		}
	case []any:
		for _, child := range value {
			if full.Items != nil && full.Items.Schema != nil {
				grow(part.Items.Schema, full.Items.Schema, child)
			}
		}
	}
}

// bare is a copy of a schema without the properties.
func bare(full *apiextensions.JSONSchemaProps) *apiextensions.JSONSchemaProps {
	part := *full
	if full.Properties != nil {
		part.Properties = map[string]apiextensions.JSONSchemaProps{}
	}
	if full.Items != nil && full.Items.Schema != nil {
		part.Items = &apiextensions.JSONSchemaPropsOrArray{Schema: bare(full.Items.Schema)}
	}
	if full.AdditionalProperties != nil && full.AdditionalProperties.Schema != nil {
		part.AdditionalProperties = &apiextensions.JSONSchemaPropsOrBool{Allows: full.AdditionalProperties.Allows, Schema: bare(full.AdditionalProperties.Schema)}
	}
	return &part
}

// some tells whether something is so anywhere in a schema.
func some(s *structural.Structural, is func(*structural.Structural) bool) bool {
	found := is(s) || s.Items != nil && some(s.Items, is) ||
		s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil && some(s.AdditionalProperties.Structural, is)
	for _, property := range s.Properties {
		found = found || some(&property, is)
	}
	return found
}
