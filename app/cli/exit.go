package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"dev.varve/backend/fault"
)

// Codes of Varve's own failures. `varve run` hands on the code of the child,
// so they lie where programs seldom do.
var codes = map[fault.Kind]int{
	fault.Internal: 200, fault.NotFound: 201, fault.Invalid: 202, fault.Exists: 203, fault.Conflict: 204,
	fault.State: 205, fault.Denied: 206, fault.Locked: 207, fault.NoSpace: 208, fault.Corrupt: 209,
	fault.Newer: 210, fault.Untrusted: 211, fault.Unavailable: 212, fault.Unsupported: 213, fault.Cancelled: 130,
}

const codesHelp = `Exit codes:
  0    done; for 'varve run' the run finished
  130  interrupted
  200  a defect of Varve          207  another process holds the workspace
  201  not found                  208  the disk is full
  202  wrong request or option    209  damaged data
  203  already exists             210  written by a later version of Varve
  204  contradicts the record     211  not trusted
  205  not possible now           212  Varve, or the run, does not answer
  206  no permission              213  not supported
'varve run' and 'varve runs log --follow' end with the exit code of the program
that they follow, and with 128 + the signal's number if a signal ended it.`

// ChildExit is the error of a command that followed a child which ended with
// a code of its own. Nothing is printed for it.
type ChildExit struct{ Code int }

// Error names the code.
func (e ChildExit) Error() string { return fmt.Sprintf("the program ended with code %d", e.Code) }

// fail prints an error for the person, or as JSON, and returns the exit code.
func fail(w io.Writer, err error, asJSON bool) int {
	if child, ok := err.(ChildExit); ok {
		return child.Code
	}
	kind := fault.KindOf(err)
	code := codes[kind]
	if code == 0 {
		code = codes[fault.Internal]
	}
	if asJSON {
		line, _ := json.Marshal(failure{string(kind), err.Error(), fault.HintOf(err), code})
		fmt.Fprintln(w, string(line))
		return code
	}
	fmt.Fprintln(w, "varve:", err)
	if hint := fault.HintOf(err); hint != "" {
		fmt.Fprintln(w, hint)
	}
	return code
}

// failure is an error as --json prints it.
type failure struct {
	Error   string `json:"error"` // kind
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Exit    int    `json:"exit"`
}

// ParseFailure reads what a command with --json printed when it failed.
func ParseFailure(r io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "read", "the words of another Varve")
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	var f failure
	if json.Unmarshal([]byte(lines[len(lines)-1]), &f) != nil || f.Message == "" {
		return fault.New(fault.Internal, "Varve could not start: %s", lines[0])
	}
	return &fault.Error{Kind: fault.Kind(f.Error), Message: f.Message, Hint: f.Hint}
}
