// Package archtest holds the directions of docs/README.md as rules over the real
// import graph, and the ban on clock, randomness and disk in backend. Its tests
// fail on each wrong arrow.
package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// Module is this module's path, and that of the root main.
const Module = "dev.varve"

// Graph says what each package of the module imports, tests apart.
type Graph map[string][]string

// A rule forbids arrows: from the packages that from names, to those that to
// names.
type rule struct {
	because string
	from    func(pkg string) bool
	to      func(pkg string) bool
}

var rules = []rule{
	{"backend knows neither the edges nor the bytes", in("backend"), in("app", "storage")},
	{"storage knows backend alone", in("storage"), in("app")},
	{"only app/wire, and the commands that start it, see storage beside the rest",
		not(either(in("storage", "app/wire", "app/cmd", "build"), root)), in("storage")},
	{"only the window knows Wails", not(either(in("app/window"), root)), external("github.com/wailsapp")},
	{"only the index knows Badger", not(in("storage/index", "build/reliability/rawbadger")), external("github.com/dgraph-io")},
	{"only the sheet knows Parquet", not(in("backend/sheet")), external("github.com/parquet-go")},
	{"only the bucket knows rclone", not(in("storage/bucket")), external("github.com/rclone")},
	{"nobody imports what builds and tests", not(in("build")), both(in("build"), not(in("build/version")))},
	{"nobody imports a command", always, either(in("app/cmd"), root)},
	{"packages for tests are for tests", not(forTests), both(forTests, in("app", "backend", "storage"))},
	{"backend imports the standard library without its clock, disk, network and processes, and the list of pure libraries",
		both(in("backend"), not(forTests)), not(either(own, standardBut(impure), external(pure...)))},
	{"storage imports the standard library without network and processes, and its list of libraries",
		both(in("storage"), not(either(forTests, in("storage/index", "storage/mlflowdb")))), not(either(own, standardBut(outside), external(stores...)))},
	{"so does what reads databases of MLflow, through the standard library's interface to SQLite",
		in("storage/mlflowdb"), not(either(own, standardBut(slices.DeleteFunc(slices.Clone(outside), func(p string) bool { return p == "database" })), external(append(stores, "modernc.org/sqlite")...)))},
	{"only what opens spreadsheets knows excelize", not(in("storage/spreadsheet")), external("github.com/xuri")},
	{"only what reads databases of MLflow knows SQLite", not(in("storage/mlflowdb")), either(external("modernc.org/sqlite"), external("database"))},
	{"so does the index, which beyond that hears the last words of Badger through the standard logger",
		in("storage/index"), not(either(own, standardBut(slices.DeleteFunc(slices.Clone(outside), func(p string) bool { return p == "log" })), external(stores...)))},
}

// pure are the libraries that backend may use: they compute, and touch nothing.
var pure = []string{
	"github.com/zeebo/blake3",
	"github.com/fxamacker/cbor/v2",
	"github.com/goccy/go-yaml",
	"github.com/klauspost/compress",
	"github.com/PlakarKorp/go-cdc-chunkers",
	"github.com/go-echarts/go-echarts/v2",
	"github.com/parquet-go/parquet-go",
	"golang.org/x/text",
	"github.com/github/go-spdx/v2/spdxexp/spdxlicenses",
}

// stores are the libraries that storage may use beside the pure ones.
var stores = append([]string{
	"github.com/dgraph-io/badger/v4",
	"github.com/dgraph-io/ristretto/v2/z",
	"github.com/rclone/rclone",
	"golang.org/x/sys",
	"github.com/xuri/excelize/v2",
}, pure...)

// impure are the parts of the standard library that backend must not import;
// clock and file names are checked by their calls (calls.go).
var impure = append([]string{"os", "syscall", "math/rand", "crypto/rand", "testing"}, outside...)

// outside is what reaches beyond the disk.
var outside = []string{"net", "os/exec", "os/user", "os/signal", "plugin", "log", "database", "expvar"}

// pureAlthough are within the folders above, and harmless.
var pureAlthough = []string{"net/url", "net/netip"}

// The agent stays small and goes where there is none of this.
const agent = Module + "/app/cmd/varve-agent"

var notInAgent = external("modernc.org/sqlite", "github.com/parquet-go", "github.com/dgraph-io", "github.com/rclone", "github.com/wailsapp", "github.com/danielgtaylor/huma", "github.com/xuri")

// Violations returns a sentence for each wrong arrow, sorted.
func Violations(g Graph) []string {
	var wrong []string
	for pkg, imports := range g {
		for _, imported := range imports {
			for _, r := range rules {
				if r.from(pkg) && r.to(imported) {
					wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", pkg, imported, r.because))
				}
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// AgentViolations returns a sentence for each package, of all that the agent
// links, that it must not.
func AgentViolations(linked []string) []string {
	var wrong []string
	for _, pkg := range linked {
		if notInAgent(pkg) {
			wrong = append(wrong, fmt.Sprintf("%s links %s: it must stay small", agent, pkg))
		}
	}
	return wrong
}

func always(string) bool { return true }

func root(pkg string) bool { return pkg == Module }

func own(pkg string) bool { return below(pkg, Module) }

// in names the packages in folders of this module.
func in(folders ...string) func(string) bool {
	return func(pkg string) bool {
		return slices.ContainsFunc(folders, func(f string) bool { return below(pkg, Module+"/"+f) })
	}
}

// external names packages of other modules.
func external(paths ...string) func(string) bool {
	return func(pkg string) bool {
		return slices.ContainsFunc(paths, func(p string) bool { return below(pkg, p) })
	}
}

// standardBut names the standard library without some folders of it.
func standardBut(without []string) func(string) bool {
	return func(pkg string) bool {
		first, _, _ := strings.Cut(pkg, "/")
		if strings.Contains(first, ".") {
			return false
		}
		return slices.Contains(pureAlthough, pkg) || !external(without...)(pkg)
	}
}

// forTests names packages that exist for tests: a folder's name ends in "test".
func forTests(pkg string) bool {
	return slices.ContainsFunc(strings.Split(strings.TrimPrefix(pkg, Module), "/"), func(element string) bool {
		return strings.HasSuffix(element, "test")
	})
}

func below(pkg, path string) bool {
	return pkg == path || strings.HasPrefix(pkg, path+"/")
}

func not(f func(string) bool) func(string) bool {
	return func(pkg string) bool { return !f(pkg) }
}

func either(fs ...func(string) bool) func(string) bool {
	return func(pkg string) bool {
		return slices.ContainsFunc(fs, func(f func(string) bool) bool { return f(pkg) })
	}
}

func both(f, g func(string) bool) func(string) bool {
	return func(pkg string) bool { return f(pkg) && g(pkg) }
}
