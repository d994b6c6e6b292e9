// Package yamldoc reads YAML files that people, and programs of others, wrote:
// with the lines on which things stand, and within limits that keep a hostile file
// from costing memory, stack or time.
package yamldoc

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"dev.varve/backend/fault"
)

// Limits of a file. They keep a hostile one from
// costing memory, stack or time: the parser recurses, and some of its steps are
// quadratic.
const (
	MaxFile  = 128 << 10 // bytes
	maxDepth = 40        // values inside values
	maxNodes = 20_000    // values after aliases were followed
)

// Kind is what a value is.
type Kind int

// The kinds of values.
const (
	Null Kind = iota
	Scalar
	List
	Table
)

// Node is a value of a YAML file with the line it stands on.
type Node struct {
	Kind    Kind
	Text    string // of a scalar, as written
	Plain   bool   // a scalar without quotation marks: a number, true, a word
	Line    int
	Items   []*Node // of a list
	Entries []Entry // of a table, in the file's order
}

// Entry is a key of a table with its value.
type Entry struct {
	Key   string
	Line  int
	Value *Node
}

// Get returns the value of a key, or nil.
func (n *Node) Get(key string) *Node {
	for _, e := range n.Entries {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// Str is a scalar as Python's str() would print what PyYAML makes of it.
func (n *Node) Str() string {
	if n.Plain {
		return pythonText(n.Text)
	}
	return n.Text
}

// File says in which line of a file of some name, what is wrong, what to do.
type File string

// At is an error about a line; 0 is the file as a whole.
func (y File) At(line int, format string, args ...any) *fault.Error {
	message := fmt.Sprintf(format, args...)
	if line > 0 {
		message = fmt.Sprintf("line %d: %s", line, message)
	}
	return fault.New(fault.Invalid, "%s", message).On("read", string(y))
}

// Parse reads one document. An empty one is an empty table. What cannot be read is
// Invalid.
func (y File) Parse(data []byte) (root *Node, err error) {
	if len(data) > MaxFile {
		return nil, y.At(0, "it has %d bytes, more than the %d that such a file may have", len(data), MaxFile)
	}
	if line := badByte(data); line > 0 {
		return nil, y.At(line, "it holds bytes that are not text").WithHint("Save the file as UTF-8 text.")
	}
	if line := tooDeep(data); line > 0 {
		return nil, y.At(line, "too many brackets or dashes inside each other")
	}
	defer func() {
		// The library promises no answer to garbage; a defect of it is the
		// file's error here, not the program's end.
		if r := recover(); r != nil {
			root, err = nil, y.At(0, "it is not readable as YAML")
		}
	}()
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, y.syntax(err)
	}
	var body ast.Node
	for _, doc := range parsed.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			return nil, y.At(lineOf(doc.Body), "a second document begins").WithHint("Remove the line with three dashes.")
		}
		body = doc.Body
	}
	if body == nil {
		return &Node{Kind: Table, Line: 1}, nil
	}
	w := walker{File: y, anchors: map[string]ast.Node{}}
	return w.node(body, 0)
}

func (y File) syntax(err error) error {
	var se *yaml.SyntaxError
	if errors.As(err, &se) && se.Token != nil && se.Token.Position != nil {
		return y.At(se.Token.Position.Line, "%s", se.Message).WithHint("Look at the indentation, colons and quotation marks there.")
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return y.At(0, "%s", first)
}

// walker turns the library's tree into nodes, following aliases with a limit.
type walker struct {
	File
	anchors map[string]ast.Node
	count   int
}

func (w *walker) node(a ast.Node, depth int) (*Node, error) {
	line := lineOf(a)
	if w.count++; w.count > maxNodes {
		return nil, w.At(line, "the file describes more than %d values", maxNodes)
	}
	if depth > maxDepth {
		return nil, w.At(line, "values are nested more than %d deep", maxDepth)
	}
	switch a := a.(type) {
	case nil, *ast.NullNode:
		return &Node{Kind: Null, Line: line}, nil
	case *ast.AnchorNode:
		w.anchors[a.Name.GetToken().Value] = a.Value
		return w.node(a.Value, depth+1)
	case *ast.AliasNode:
		name := a.Value.GetToken().Value
		target, ok := w.anchors[name]
		if !ok {
			return nil, w.At(line, "*%s refers to nothing above it", name)
		}
		return w.node(target, depth+1)
	case *ast.TagNode:
		return w.tag(a, depth)
	case *ast.SequenceNode:
		n := &Node{Kind: List, Line: line}
		for _, item := range a.Values {
			v, err := w.node(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, v)
		}
		return n, nil
	case *ast.MappingNode:
		return w.table(a.Values, line, depth)
	case *ast.MappingValueNode:
		return w.table([]*ast.MappingValueNode{a}, line, depth)
	case *ast.LiteralNode:
		return &Node{Kind: Scalar, Text: a.Value.Value, Line: line}, nil
	case *ast.StringNode:
		quoted := a.Token.Type == token.SingleQuoteType || a.Token.Type == token.DoubleQuoteType
		if !quoted && isNull(a.Value) {
			return &Node{Kind: Null, Line: line}, nil
		}
		return &Node{Kind: Scalar, Text: a.Value, Plain: !quoted, Line: line}, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return &Node{Kind: Scalar, Text: a.GetToken().Value, Plain: true, Line: line}, nil
	}
	return nil, w.At(line, "this kind of YAML value has no meaning here")
}

// tag takes !!str, which makes a string of anything, and lets the other
// standard tags be what the value looks like.
func (w *walker) tag(a *ast.TagNode, depth int) (*Node, error) {
	n, err := w.node(a.Value, depth+1)
	if err != nil {
		return nil, err
	}
	switch tag := a.Start.Value; tag {
	case "!!str":
		if n.Kind == Null {
			n = &Node{Kind: Scalar, Line: n.Line}
		}
		n.Plain = false
	case "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq":
	default:
		return nil, w.At(n.Line, "the tag %s has no meaning here", tag)
	}
	return n, nil
}

func (w *walker) table(values []*ast.MappingValueNode, line, depth int) (*Node, error) {
	n := &Node{Kind: Table, Line: line}
	var merged []*Node
	for _, v := range values {
		keyLine := lineOf(v.Key)
		value, err := w.node(v.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if v.Key.IsMergeKey() {
			merged = append(merged, value)
			continue
		}
		key, err := w.node(v.Key, depth+1)
		if err != nil {
			return nil, err
		}
		if key.Kind != Scalar {
			return nil, w.At(keyLine, "a name is missing before the colon")
		}
		if n.Get(key.Text) != nil {
			return nil, w.At(keyLine, "%q is here twice", key.Text)
		}
		n.Entries = append(n.Entries, Entry{key.Text, keyLine, value})
	}
	for _, m := range merged {
		if err := w.merge(n, m); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// merge adds what "<<:" brings: what is there already stays.
func (w *walker) merge(n, from *Node) error {
	sources := []*Node{from}
	if from.Kind == List {
		sources = from.Items
	}
	for _, s := range sources {
		if s.Kind != Table {
			return w.At(s.Line, "<< needs a table")
		}
		for _, e := range s.Entries {
			if n.Get(e.Key) == nil {
				n.Entries = append(n.Entries, e)
			}
		}
	}
	return nil
}

func lineOf(a ast.Node) int {
	if a == nil {
		return 0
	}
	if m, ok := a.(*ast.MappingValueNode); ok {
		return lineOf(m.Key)
	}
	if m, ok := a.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		return lineOf(m.Values[0].Key)
	}
	if t := a.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

// badByte returns the line of the first byte that YAML does not allow, or 0.
func badByte(data []byte) int {
	line := 1
	for _, r := range string(data) {
		switch {
		case r == '\n':
			line++
		case r == '\uFFFD' || r < 0x20 && r != '\t' && r != '\r' || r == 0x7f:
			return line
		}
	}
	return 0
}

// tooDeep returns the line where brackets, or dashes of lists in one line, nest
// so deep that reading them would cost too much stack. It does not look at
// quotation marks: no honest file has that many unclosed brackets even in text.
func tooDeep(data []byte) int {
	line, open, marks := 1, 0, 0
	for i, b := range data {
		switch b {
		case '\n':
			line, marks = line+1, 0
		case '\r': // ends a line by itself, too
			marks = 0
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
		case '-', '?', ':', '!', '&':
			if i+1 < len(data) && (data[i+1] == ' ' || data[i+1] == '\t') || b == '!' || b == '&' {
				marks++
			}
		}
		if open > 4*maxDepth || marks > 10*maxDepth {
			return line
		}
	}
	return 0
}
