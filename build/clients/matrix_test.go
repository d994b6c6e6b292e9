//go:build clients && unix

package clients

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the matrix in docs/mlflow.md anew")

const (
	page    = "../../docs/mlflow.md"
	results = "../cache/clients.json"
	begin   = "<!-- The matrix: written by the tests of build/clients. -->\n"
	end     = "<!-- The end of the matrix. -->\n"
)

// How a feature went with a client.
const (
	passed = "passed"
	absent = "absent" // Varve refuses it, as it should
	failed = "failed"
)

// cells are how that is written.
var cells = map[string]string{passed: "✓", absent: "no, see below", failed: "**fails**", "": ""}

// matrix is what was found out: by title of a client and id of a feature.
type matrix struct {
	mu    sync.Mutex
	found map[string]map[string]string
}

func (m *matrix) put(client string, found map[string]string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.found[client] = found
}

// read takes what the page says about clients that were not tried now: one that
// is not installed here, or all the others if only one was asked for.
func (m *matrix) read(old string, clients []string) {
	rows := strings.Split(old, "\n")
	titles := split(rows[0])
	for i, title := range titles {
		if _, tried := m.found[title]; tried || i == 0 || !slices.Contains(clients, title) {
			continue
		}
		found := map[string]string{}
		for _, row := range rows[1:] {
			for _, f := range features {
				if c := split(row); len(c) == len(titles) && c[0] == f.words {
					found[f.id] = meaning(c[i])
				}
			}
		}
		m.found[title] = found
	}
}

func meaning(cell string) string {
	for how, text := range cells {
		if text == cell {
			return how
		}
	}
	return failed
}

// split takes a row of a table apart.
func split(row string) (columns []string) {
	for text := range strings.SplitSeq(strings.Trim(row, "|"), "|") {
		columns = append(columns, strings.TrimSpace(text))
	}
	return columns
}

func (m *matrix) text(clients []string) string {
	var b strings.Builder
	line := func(columns ...string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(columns, " | ")) }
	line(append([]string{""}, clients...)...)
	line(append([]string{"---"}, slices.Repeat([]string{":---:"}, len(clients))...)...)
	var refused []feature
	for _, f := range features {
		row := []string{f.words}
		for _, c := range clients {
			row = append(row, cells[m.found[c][f.id]])
		}
		line(row...)
		if slices.Contains(row, cells[absent]) {
			refused = append(refused, f)
		}
	}
	for i, f := range refused {
		fmt.Fprintf(&b, "%s* **No: %s.** %s MLflow: %s\n", strings.Repeat("\n", 1-min(i, 1)), f.words, f.reason, f.theirs)
	}
	return b.String()
}

// compare holds the page to what was found out, or writes it.
func (m *matrix) compare(t *testing.T, clients []string) {
	text, err := json.MarshalIndent(m.found, "", " ")
	noError(t, err)
	noError(t, os.WriteFile(results, append(text, '\n'), 0o644))

	old, err := os.ReadFile(page)
	noError(t, err)
	before, rest, ok := strings.Cut(string(old), begin)
	inside, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the matrix", page)
	}
	m.read(inside, clients)
	now := m.text(clients)
	switch {
	case now == inside || len(sections) > 0:
	case *update:
		noError(t, os.WriteFile(page, []byte(before+begin+now+end+after), 0o644))
	default:
		t.Errorf("the matrix in %s is not what was found out; -update writes it anew:\n%s", page, now)
	}
}
