package contract

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Params is the file of parameters: a JSON object. Those whose names are numbers'
// have numbers as values, all others texts.
func Params(params []event.Param, numbers []string) ([]byte, error) {
	values := make(map[string]any, len(params))
	for _, p := range params {
		values[p.Key] = p.Value
		if slices.Contains(numbers, p.Key) {
			values[p.Key] = number(p.Value)
		}
	}
	return encode(values)
}

// number is a value as a number of JSON, or as it is if JSON has none for it.
func number(text string) any {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		return v
	}
	return text
}

// input is an input in the file of data.
type input struct {
	Dataset string `json:"dataset"` // name
	Version uint64 `json:"version"` // number
	Digest  string `json:"digest"`
	Path    string `json:"path"`
}

// Data is the file of data: a JSON object that says, by parameter, which version
// of which data set its path is.
func Data(inputs []event.DatasetInput) ([]byte, error) {
	values := map[string]input{}
	for _, in := range inputs {
		var source struct {
			Number  uint64
			Path    string
			Pointer string
		}
		if err := json.Unmarshal([]byte(in.Source), &source); err != nil {
			return nil, fault.New(fault.Invalid, "the source of the data set %s cannot be read: %v", in.Name, err)
		}
		if source.Pointer != "" {
			continue // the project says that it means this version, and no param where it lies
		}
		for _, tag := range in.Tags {
			if tag.Key == "mlflow.data.context" {
				values[tag.Value] = input{in.Name, source.Number, in.Digest, source.Path}
			}
		}
	}
	return encode(values)
}

func encode(values any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(values)
	return text.Bytes(), fault.Wrap(err, fault.Internal, "encode", "values")
}
