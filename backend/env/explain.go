package env

import (
	"regexp"
	"strings"

	"dev.varve/backend/fault"
)

// story keeps the end of what an installer says, to explain its failure.
type story struct {
	lines []string
}

const maxStory = 400

func (s *story) add(line string) {
	if len(s.lines) == maxStory {
		s.lines = s.lines[1:]
	}
	s.lines = append(s.lines, line)
}

var (
	colours = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)
	// What pip, uv and their libraries say when a server does not answer.
	noNetwork = regexp.MustCompile(`(?i)NewConnectionError|ConnectTimeout|ReadTimeout|read timed out|name resolution|name or service not known|` +
		`connection (refused|reset|aborted)|network is unreachable|failed to fetch|dns error|error sending request|proxyerror|max retries exceeded|SSLError|certificate verify failed|\b50[0234] (server error|bad gateway|service)`)
	noSpace   = regexp.MustCompile(`(?i)no space left on device|disk quota exceeded|not enough space`)
	noVenv    = regexp.MustCompile(`ensurepip is not|No module named ensurepip|No module named venv|python3?[0-9.]*-venv`)
	errorMark = regexp.MustCompile(`^\s*(?:ERROR|error|Error|fatal|cause|Caused by|[A-Z][A-Za-z]*(?:Error|Exception)):\s*|^\s*[×╰]─?[▶>]?\s*`)
	notWords  = regexp.MustCompile(`^(?i:\[notice\]|note:|hint:|warning:|\s*[-=╰─│|]+\s*$|\s*\[\d+ lines of output\]|\s*\[end of output\]|Traceback|.*full command)`)
)

// clean makes a line fit for a person: no colours, only the last of what a
// carriage return painted over.
func clean(line string) string {
	line = strings.TrimRight(colours.ReplaceAllString(line, ""), "\r\n\t ")
	if i := strings.LastIndexByte(line, '\r'); i >= 0 {
		line = line[i+1:]
	}
	return line
}

// brief drops the chain of reasons that pip adds to each package's line, and
// uv's advice to activate what Varve activates.
func brief(line string) string {
	if strings.HasPrefix(line, "Activate with") {
		return ""
	}
	short, _, _ := strings.Cut(line, " (from ")
	return strings.TrimSpace(short)
}

// failure says why the step failed, in the installer's own words.
func (s *story) failure(what string) error {
	all := strings.Join(s.lines, "\n")
	why := s.words()
	switch {
	case noSpace.MatchString(all):
		return fault.New(fault.NoSpace, "there is no space left to %s", what).WithHint("Free some space on the disk of the cache folder and try again.")
	case noNetwork.MatchString(all):
		return fault.New(fault.Unavailable, "could not %s: a package server does not answer: %s", what, why).
			WithHint("Check the network connection and the proxy settings, and try again.")
	case noVenv.MatchString(all):
		return fault.New(fault.Invalid, "could not %s: this Python comes without venv: %s", what, why).
			WithHint("Install the package python3-venv (Debian, Ubuntu), or uv, or another Python.")
	}
	return fault.New(fault.Invalid, "could not %s: %s", what, why).
		WithHint("Mend the dependencies in the project's python_env file, and try again.")
}

// words picks the lines that say what went wrong: those marked as errors, or
// else the last ones.
func (s *story) words() string {
	const most, longest = 3, 600
	var marked, rest []string
	for _, line := range s.lines {
		line = clean(line)
		if line == "" || notWords.MatchString(line) {
			continue
		}
		if short := errorMark.ReplaceAllString(line, ""); short != line {
			if short = strings.TrimSpace(short); short != "" && !notWords.MatchString(short) {
				marked = append(marked, short)
			}
		} else {
			rest = append(rest, strings.TrimSpace(line))
		}
	}
	pick := marked
	if len(pick) == 0 {
		pick = rest
	}
	pick = pick[max(0, len(pick)-most):]
	if len(pick) == 0 {
		return "it gave no reason"
	}
	text := strings.Join(pick, "; ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return strings.TrimRight(text, ".")
}
