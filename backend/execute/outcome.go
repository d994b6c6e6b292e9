package execute

import (
	"fmt"
	"strings"

	"dev.varve/backend/track"
)

// Ending is how a child ended.
type Ending struct {
	Code    int    // exit code; 128 + number after a signal
	Signal  string // that ended it, or empty
	Stopped bool   // the person, or the system, asked for it
	Tail    string // the last lines of its output
}

// Outcome says what an ending means for the run. said is the status that the
// script itself gave to the run, or RUNNING.
func Outcome(e Ending, said string) track.RunUpdate {
	code := int64(e.Code)
	u := track.RunUpdate{ExitCode: &code, Signal: e.Signal, Agent: true}
	switch {
	case e.Stopped:
		u.Status, u.Reason = "KILLED", "Stopped on request"
	case e.Signal != "":
		u.Status, u.Reason = "FAILED", signalReason(e.Signal)
	case e.Code != 0:
		u.Status, u.Reason = "FAILED", codeReason(e.Code, e.Tail)
	case said == "FAILED" || said == "KILLED":
		u.Status, u.Reason = said, "The script said so itself"
	default:
		u.Status = "FINISHED"
	}
	return u
}

func signalReason(signal string) string {
	if signal == "SIGKILL" {
		return "The system killed it (SIGKILL), most often because memory ran out"
	}
	return "It was ended by " + signal
}

// codeReason explains an exit code by the last line that says something.
func codeReason(code int, tail string) string {
	switch code {
	case 126:
		return "The command could not be executed (exit code 126)"
	case 127:
		return "A command was not found (exit code 127)" + because(tail)
	}
	return fmt.Sprintf("It ended with exit code %d", code) + because(tail)
}

const longest = 300 // bytes of a line that a reason quotes

func because(tail string) string {
	lines := strings.Split(strings.TrimRight(tail, " \r\n\t"), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if last == "" {
		return ""
	}
	if len(last) > longest {
		last = strings.ToValidUTF8(last[:longest], "") + "…"
	}
	return ": " + last
}
