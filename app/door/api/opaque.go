package api

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// Opaque is a JSON object that one part of Varve makes for another; its form
// is nobody else's business.
type Opaque struct{ Value any }

// MarshalJSON writes the value.
func (o Opaque) MarshalJSON() ([]byte, error) { return json.Marshal(o.Value) }

// Schema describes Opaque in OpenAPI.
func (Opaque) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}
