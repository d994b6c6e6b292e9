// Command gotests runs `go test` and says little when all is well:
//
//	gotests COUNTS [go test's arguments]
//
// It prints one line for each package with tests, and the whole output of each
// test that failed. The file COUNTS gets "passed failed skipped" added as a line.
// It exits with 1 if anything failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: gotests COUNTS ARGUMENTS...")
		os.Exit(2)
	}
	ok, err := run(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotests:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(counts string, args []string) (ok bool, err error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	s := newSummary(os.Stdout)
	readErr := s.read(out)
	waitErr := cmd.Wait()
	if readErr != nil {
		return false, readErr
	}
	if waitErr != nil && s.failed == 0 {
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
	return waitErr == nil && s.failed == 0, nil
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
	output                  map[string]*strings.Builder // by package, test
	tests                   map[string]int              // run in each package
	broken                  map[string]bool             // packages with a failed test
}

func newSummary(w io.Writer) *summary {
	return &summary{w: w, output: map[string]*strings.Builder{}, tests: map[string]int{}, broken: map[string]bool{}}
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
