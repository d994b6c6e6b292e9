// Command licences checks that Varve (Apache-2.0) may be given away with all that
// is in it: the Go modules that are linked into its programs on any system, and
// the npm packages in its pages. What only helps to build and test has a wider
// list. It fails on a licence that it does not know or that does not fit.
//
//	go run ./build/tools/licences [-v] [-texts FILE]
//
// With -texts it writes the texts of what is shipped, for the window to show.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// shippable are the licences of what is shipped, and why each one fits.
var shippable = map[string]string{
	"Apache-2.0":    "Varve's own",
	"MIT":           "asks for its notice",
	"MIT-0":         "asks for nothing",
	"BSD-2-Clause":  "asks for its notice",
	"BSD-3-Clause":  "asks for its notice, and no praise in its name",
	"0BSD":          "asks for nothing",
	"ISC":           "asks for its notice",
	"Zlib":          "asks not to be misrepresented",
	"Unlicense":     "public domain",
	"CC0-1.0":       "public domain",
	"Public domain": "SQLite's authors ask for nothing",
	"BlueOak-1.0.0": "asks for its text or a link",
	"MPL-2.0":       "copyleft by file: its files are used unchanged, ours stay ours",
	"OFL-1.1":       "a font may be bundled, as long as it is not sold alone",
}

// usable are further licences of tools that are not shipped.
var usable = map[string]string{
	"Python-2.0": "used, not shipped",
	"CC-BY-3.0":  "data of a tool, not shipped",
	"CC-BY-4.0":  "data of a tool, not shipped",
}

// A finding is one module or package with the licences that were found.
type finding struct {
	name     string
	licences []string // all of them hold
	files    []string // with the texts of the licences, and notices
	shipped  bool
	problem  string // why it could not be told; empty if it could
}

func main() {
	verbose := flag.Bool("v", false, "list everything")
	texts := flag.String("texts", "", "write the licences of what is shipped, with their texts, to this file")
	flag.Parse()
	findings, err := collect()
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(2)
	}
	if *texts != "" {
		if err := writeNotices(*texts, findings); err != nil {
			fmt.Fprintln(os.Stderr, "licences:", err)
			os.Exit(2)
		}
		return
	}
	if !report(os.Stdout, findings, *verbose) {
		os.Exit(1)
	}
}

func collect() ([]finding, error) {
	findings, err := goModules()
	if err != nil {
		return nil, err
	}
	if len(findings) == 0 {
		return nil, fmt.Errorf("no Go modules were found: the check would say nothing")
	}
	packages, err := npmPackages("frontend")
	if err != nil {
		return nil, err
	}
	return append(findings, packages...), nil
}

// judge says why a finding does not fit; empty if it does.
func judge(f finding) string {
	if f.problem != "" {
		return f.problem
	}
	if len(f.licences) == 0 {
		return "no licence was found"
	}
	for _, l := range f.licences {
		_, ok := shippable[l]
		if !ok && !f.shipped {
			_, ok = usable[l]
		}
		if !ok {
			return l + " is not on the list"
		}
	}
	return ""
}

// report prints what was found and returns whether all of it fits.
func report(w io.Writer, findings []finding, verbose bool) bool {
	ok := true
	counts := map[string]int{}
	for _, f := range findings {
		if wrong := judge(f); wrong != "" {
			fmt.Fprintf(w, "%s: %s\n", f.name, wrong)
			ok = false
			continue
		}
		if f.shipped {
			counts[strings.Join(f.licences, " + ")]++
		}
		if verbose {
			fmt.Fprintf(w, "%-60s %-8s %s\n", f.name, map[bool]string{true: "shipped", false: "tool"}[f.shipped], strings.Join(f.licences, " + "))
		}
	}
	var lines []string
	shipped := 0
	for licence, n := range counts {
		lines = append(lines, fmt.Sprintf("%d %s", n, licence))
		shipped += n
	}
	slices.Sort(lines)
	fmt.Fprintf(w, "%d shipped (%s), %d tools\n", shipped, strings.Join(lines, ", "), len(findings)-shipped)
	return ok
}
