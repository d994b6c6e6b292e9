package project_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/project"
)

// TestLinesAreReadAsTheyAreMeant asks sh and Python what the lines would run.
func TestLinesAreReadAsTheyAreMeant(t *testing.T) {
	for _, path := range []string{"/home/ada/Varve", `/home/ada/lake "lab"`, "/tmp/it's $HOME `x`", "/tmp/a\\b é <&>", "/tmp/two\nlines"} {
		program := path + "/varve"
		shell := strings.Replace(project.TerminalLine(program, path), "eval ", "printf %s ", 1)
		shell = strings.Replace(shell, "$("+project.Quote(program), "$(show "+project.Quote(program), 1)
		out, err := exec.Command("sh", "-c", `show() { for w in "$@"; do printf '%s|' "$w"; done; }; `+shell).Output()
		if want := strings.Join([]string{program, "env", "-w", path}, "|") + "|"; err != nil || string(out) != want {
			t.Errorf("sh reads %q, %v; want %q", out, err, want)
		}
		python := `import subprocess, json
def shown(words): print(json.dumps(words)); return "{}"
subprocess.check_output = shown
` + project.NotebookLine(program, path)
		out, err = exec.Command("python3", "-c", python).Output()
		var words []string
		if err == nil {
			err = json.Unmarshal(out, &words)
		}
		if want := []string{program, "env", "--json", "-w", path}; err != nil || !slices.Equal(words, want) {
			t.Errorf("Python reads %q, %v; want %q", words, err, want)
		}
	}
}

func TestAnOrdinaryPathIsNotQuoted(t *testing.T) {
	if got, want := project.TerminalLine("/usr/bin/varve", "/home/ada/Varve"), `eval "$(/usr/bin/varve env -w /home/ada/Varve)"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
