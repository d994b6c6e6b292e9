// Command gotests runs `go test` and says little when all is well:
//
//	gotests [-again] COUNTS [go test's arguments]
//
// It prints one line for each package with tests, and the whole output of each
// test that failed. The file COUNTS gets "passed failed skipped" added as a line.
// It exits with 1 if anything failed.
//
// With -again, tests that failed get a second try by themselves, and those that
// pass then are named and count as passed. It is for tests of what is seen, which
// a busy machine may hold up; a record that was lost once is lost.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	again := flag.Bool("again", false, "give tests that failed a second try")
	flag.Parse()
	if flag.NArg() < 2 {
		fmt.Fprintln(os.Stderr, "usage: gotests [-again] COUNTS ARGUMENTS...")
		os.Exit(2)
	}
	ok, err := run(flag.Arg(0), flag.Args()[1:], *again)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotests:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run runs the tests, all of them and then, if wanted, those that failed once more,
// and adds to the file counts.
func run(counts string, args []string, again bool) (ok bool, err error) {
	s := newSummary(os.Stdout)
	good, err := s.test(args)
	if err != nil {
		return false, err
	}
	if pattern := s.failures(); again && !good && pattern != "" {
		fmt.Println("once more:", pattern)
		second := newSummary(os.Stdout)
		if good, err = second.test(append(args[:len(args):len(args)], "-run", pattern)); err != nil {
			return false, err
		}
		if good {
			fmt.Println("unsteady: failed once, passed then:", pattern)
			s.passed, s.failed = s.passed+s.failed, 0
		}
	}
	if !good && s.failed == 0 {
		s.failed++ // it failed without a test to blame: say so in the counts too
	}
	file, err := os.OpenFile(counts, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return false, err
	}
	defer file.Close()
	if _, err := fmt.Fprintln(file, s.passed, s.failed, s.skipped); err != nil {
		return false, err
	}
	return s.failed == 0, nil
}

// event is a line of `go test -json` (see `go doc test2json`).
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

type summary struct {
	w                       io.Writer
	passed, failed, skipped int
	blameless               bool                        // something failed that is no test
	names                   map[string]bool             // of the outermost tests that failed
	output                  map[string]*strings.Builder // by package, test
	tests                   map[string]int              // run in each package
	broken                  map[string]bool             // packages with a failed test
}

func newSummary(w io.Writer) *summary {
	return &summary{w: w, names: map[string]bool{}, output: map[string]*strings.Builder{}, tests: map[string]int{}, broken: map[string]bool{}}
}

// test runs `go test` and tells whether all of it was well.
func (s *summary) test(args []string) (ok bool, err error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	readErr := s.read(out)
	waitErr := cmd.Wait()
	return waitErr == nil && s.failed == 0, readErr
}

// failures is a pattern for the tests that failed. It is empty if anything else
// failed, too, such as a build.
func (s *summary) failures() string {
	if s.blameless || len(s.names) == 0 {
		return ""
	}
	return "^(" + strings.Join(slices.Sorted(maps.Keys(s.names)), "|") + ")$"
}

func (s *summary) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				s.w.Write(line) // not from the tests: pass it on
			} else {
				s.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *summary) take(e event) {
	key := e.Package + e.ImportPath + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if s.output[key] == nil {
			s.output[key] = &strings.Builder{}
		}
		s.output[key].WriteString(e.Output)
	case "build-fail":
		fmt.Fprint(s.w, s.text(key))
	case "pass", "skip", "fail":
		if e.Test == "" {
			s.endPackage(e, key)
		} else {
			s.endTest(e, key)
		}
		delete(s.output, key)
	}
}

func (s *summary) endTest(e event, key string) {
	s.tests[e.Package]++
	switch e.Action {
	case "pass":
		s.passed++
	case "skip":
		s.skipped++
	case "fail":
		s.failed++
		s.broken[e.Package] = true
		outermost, _, _ := strings.Cut(e.Test, "/")
		s.names[outermost] = true
		fmt.Fprintf(s.w, "FAIL %s %s\n%s", e.Package, e.Test, s.text(key))
	}
}

func (s *summary) endPackage(e event, key string) {
	n := s.tests[e.Package]
	switch {
	case e.Action == "fail":
		// A crash, a failed build or a failed TestMain has no test of its own.
		if !s.broken[e.Package] {
			s.failed++
			s.blameless = true
			fmt.Fprint(s.w, s.text(key))
		}
		fmt.Fprintf(s.w, "FAIL %-44s %6.1f s\n", e.Package, e.Elapsed)
	case n > 0:
		fmt.Fprintf(s.w, "ok   %-44s %6.1f s  %d tests\n", e.Package, e.Elapsed, n)
	}
}

func (s *summary) text(key string) string {
	if s.output[key] == nil {
		return ""
	}
	return s.output[key].String()
}
