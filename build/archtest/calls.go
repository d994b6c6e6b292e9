package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
)

// banned are the functions of allowed packages that backend must not use,
// because they ask the machine: it is given a host.Clock and a host.Disk.
var banned = map[string][]string{
	"time":          {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"path/filepath": {"Abs", "EvalSymlinks", "Glob", "Walk", "WalkDir"},
}

// BannedCalls returns a sentence for each use of a banned function in a file.
func BannedCalls(fset *token.FileSet, file *ast.File) []string {
	names := map[string]string{} // as the file calls a package, and its path
	var wrong []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil || banned[imported] == nil {
			continue
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." {
			wrong = append(wrong, fmt.Sprintf("%s: a dot import of %s hides where names come from", fset.Position(spec.Pos()), imported))
		}
		names[name] = imported
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		// An identifier that the file itself declares (a parameter named "time")
		// has an object; the name of a package has none.
		if id, ok := selector.X.(*ast.Ident); ok && id.Obj == nil && slices.Contains(banned[names[id.Name]], selector.Sel.Name) {
			wrong = append(wrong, fmt.Sprintf("%s: backend is given a clock and a disk; it does not use %s.%s",
				fset.Position(selector.Pos()), names[id.Name], selector.Sel.Name))
		}
		return true
	})
	return wrong
}
