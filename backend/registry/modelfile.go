package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/yamldoc"
)

// ModelFile is what the file MLmodel says of a model.
type ModelFile struct {
	Flavors   []Flavor
	Signature *Signature // nil: it has none
	Example   string     // path of the input example, from the model's folder
	Python    string     // version
	MLflow    string     // version
	Made      string     // as it is written there
}

// Flavor is a way to load a model.
type Flavor struct {
	Name  string
	Facts []Fact // scalars alone
}

// Fact is one thing that a flavor says.
type Fact struct{ Key, Value string }

// Signature is what a model takes and gives.
type Signature struct {
	Inputs, Outputs, Params []Column
}

// Column is one input, output or param.
type Column struct {
	Name     string // empty: it has none
	Type     string // for people: double, float32 (−1, 28, 28), list of string
	Optional bool
	Default  string // of a param
}

// The bounds of what is read of a model file.
const (
	mostFlavors = 50
	mostFacts   = 50
	mostColumns = 10_000
	longestFact = 2_000 // bytes
)

// ParseModelFile reads a file MLmodel.
func ParseModelFile(data []byte) (ModelFile, error) {
	file := yamldoc.File("MLmodel")
	root, err := file.Parse(data)
	if err != nil {
		return ModelFile{}, err
	}
	if root.Kind != yamldoc.Table {
		return ModelFile{}, file.At(root.Line, "it is no table of names and values")
	}
	m := ModelFile{MLflow: scalarOf(root, "mlflow_version"), Made: scalarOf(root, "utc_time_created")}
	if flavors := root.Get("flavors"); flavors != nil {
		for _, e := range flavors.Entries[:min(len(flavors.Entries), mostFlavors)] {
			m.Flavors = append(m.Flavors, flavor(e))
		}
		if python := flavors.Get("python_function"); python != nil {
			m.Python = scalarOf(python, "python_version")
		}
	}
	if example := root.Get("saved_input_example_info"); example != nil {
		m.Example = scalarOf(example, "artifact_path")
	}
	if s := root.Get("signature"); s != nil && s.Kind == yamldoc.Table {
		if m.Signature, err = signature(s); err != nil {
			return m, err
		}
	}
	return m, nil
}

func flavor(e yamldoc.Entry) Flavor {
	f := Flavor{Name: e.Key}
	for _, fact := range e.Value.Entries {
		if fact.Value.Kind == yamldoc.Scalar && len(fact.Value.Text) <= longestFact && len(f.Facts) < mostFacts {
			f.Facts = append(f.Facts, Fact{fact.Key, fact.Value.Text})
		}
	}
	return f
}

func scalarOf(n *yamldoc.Node, key string) string {
	if v := n.Get(key); v != nil && v.Kind == yamldoc.Scalar {
		return v.Text
	}
	return ""
}

// signature reads inputs, outputs and params, each of them JSON in a text.
func signature(n *yamldoc.Node) (*Signature, error) {
	s := &Signature{}
	for key, into := range map[string]*[]Column{"inputs": &s.Inputs, "outputs": &s.Outputs, "params": &s.Params} {
		text := scalarOf(n, key)
		if text == "" || text == "null" {
			continue
		}
		var list []column
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, fault.New(fault.Invalid, "its signature cannot be read: the %s are no list of columns", key)
		}
		for _, c := range list[:min(len(list), mostColumns)] {
			*into = append(*into, c.shown())
		}
	}
	return s, nil
}

// column is a column as MLflow writes it (mlflow/types/schema.py).
type column struct {
	Name     string          `json:"name"`
	Required *bool           `json:"required"`
	Default  json.RawMessage `json:"default"`
	kind
}

// kind is the type of a column, or of what is inside of one.
type kind struct {
	Type       string                     `json:"type"`
	DType      string                     `json:"dtype"`
	Shape      []int64                    `json:"shape"`
	Tensor     *kind                      `json:"tensor-spec"`
	Items      *kind                      `json:"items"`
	Values     *kind                      `json:"values"`
	Properties map[string]json.RawMessage `json:"properties"`
}

func (c *column) shown() Column {
	out := Column{Name: c.Name, Type: c.words(), Optional: c.Required != nil && !*c.Required}
	if len(c.Default) > 0 && !bytes.Equal(c.Default, []byte("null")) {
		out.Default = string(c.Default)
	}
	return out
}

// words says what a type is.
func (k *kind) words() string {
	switch {
	case k.Tensor != nil:
		return k.Tensor.words()
	case (k.Type == "array" || k.Type == "list") && k.Items != nil:
		return "list of " + k.Items.words()
	case k.Type == "map" && k.Values != nil:
		return "map of " + k.Values.words()
	case k.Type == "object":
		return fmt.Sprintf("object of %d values", len(k.Properties))
	}
	word := k.Type
	if word == "" || word == "tensor" {
		word = k.DType
	}
	if len(k.Shape) == 0 {
		return word
	}
	sides := make([]string, len(k.Shape))
	for i, n := range k.Shape {
		sides[i] = strings.Replace(fmt.Sprint(n), "-", "−", 1)
	}
	return word + " (" + strings.Join(sides, ", ") + ")"
}

// Requirements reads a requirements.txt: its lines without remarks.
func Requirements(text string) (lines []string) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}
