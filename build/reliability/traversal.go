//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"dev.varve/build/enemy"
	"dev.varve/build/rig"
)

// traversals is R18: names that lead out, at every place that takes a string.
func traversals(l *lab) {
	l.about = "Names that lead out of a folder, written in every way that has fooled a program: percent escapes once to four times and overlong, backslashes, signs that look alike or become dots and slashes when they are normalised, NULs, fragments, queries, " +
		"drives, hosts, schemes, devices, names of links, long ones. Each is sent to every place that takes a string: all of MLflow's interface, every string in the path, the query or the body of a route of Varve's own (read off its description), " +
		"and `varve artifacts get` and `put`. Around the workspace lie files that nobody has named: none of them, and no other, may change, appear or go, and no answer may hold what they hold, or their names. No answer is a failure of the owner. " +
		"The second owner keeps artifacts as plain files, in a folder with links that lead out of it. The short form takes every twentieth name."
	l.head = []string{"artifacts", "names", "places", "requests", "command lines"}
	for _, kept := range []string{"in the workspace", "in a folder, with links"} {
		l.traverse(kept, kept != "in the workspace")
	}
}

func (l *lab) traverse(kept string, plain bool) {
	h := l.home()
	canary, err := enemy.PlantCanary(h.Dir, "work", "state", "cache", "dest", "put")
	l.must(err)
	var options []string
	if plain {
		options = []string{"--artifacts-destination", filepath.Join(h.Dir, "dest")}
	}
	s, err := h.Serve(options...)
	l.must(err)
	defer s.Kill()
	a := &enemy.Attack{Address: s.Address, Canary: canary, Workers: 4}
	known, err := a.Settle(l.ctx)
	l.must(err)
	if plain {
		l.must(canary.Lead(filepath.Join(h.Dir, "dest", known.Experiment, known.Run, "artifacts")))
		l.must(canary.Lead(filepath.Join(h.Dir, "dest")))
	}
	entries := l.entries(a, known)
	l.must(canary.Remember())
	all := enemy.Names(canary.Dir)
	names := enemy.Spread(all, l.times(len(all)/20, len(all)))
	sent, wrong, err := a.Run(l.ctx, entries, names)
	l.must(err)
	lines := 2 * l.commandLines(h, known, enemy.Spread(all, l.times(24, 400)))
	after, err := canary.Changes()
	l.must(err)
	for _, w := range append(wrong, after...) {
		l.broke("artifacts %s: %s", kept, w)
	}
	l.tries += sent + lines
	l.row(kept, len(names), len(entries), sent, lines)
	if s.End(); s.Cmd.ProcessState.ExitCode() != 0 {
		l.broke("artifacts %s: the owner ended with %v", kept, s.Cmd.ProcessState)
	}
	if !plain {
		l.wantClean(h, "after all names")
	}
}

// entries are all places of an owner that take a string.
func (l *lab) entries(a *enemy.Attack, known enemy.Known) []enemy.Entry {
	description, err := a.Description(l.ctx)
	l.must(err)
	entries, err := enemy.Routes(description, known)
	l.must(err)
	return append(entries, enemy.MLflow(known)...)
}

// commandLines puts a file under each name, and gets what there is.
func (l *lab) commandLines(h *rig.Home, known enemy.Known, names []string) int {
	dir := filepath.Join(h.Dir, "put")
	l.must(os.MkdirAll(dir, 0o755))
	l.must(os.WriteFile(filepath.Join(dir, "evil.txt"), []byte("evil"), 0o644))
	n := 0
	for _, name := range names {
		if strings.ContainsRune(name, 0) || len(name) > 100_000 {
			continue // no program can be given it
		}
		n++
		for _, words := range [][]string{
			{"artifacts", "put", "put/evil.txt", "runs:/" + known.Run + "/" + name}, {"artifacts", "get", "runs:/" + known.Run + "/" + name, fmt.Sprint("put/got", n)},
		} {
			_, err := h.Run(words...)
			var failed *rig.Failure
			if errors.As(err, &failed) && (failed.Code < 0 || failed.Code == 1 || failed.Said == "") {
				l.broke("varve %q: %v", words, err)
			}
		}
	}
	return n
}

// strangers is R20: pages of other origins and of rebound names, and files with scripts.
func strangers(l *lab) {
	l.about = "Every route is asked as a web page can ask: under names that were rebound to this machine, from other origins and ports, with the types of body that browsers send without asking first, and whether it may ask. " +
		"Each is refused, and no answer lets a page read it; an owner without a token has nothing but this. Then files that carry scripts (HTML, SVG, XHTML, XML with XSLT, PDF, polyglots, texts that might be guessed to be pages) are stored with a run and a logged model, " +
		"and asked for by every route that answers with bytes: what comes is an attachment, in a sandbox without scripts, of a kind that is not guessed, and not for other origins. The tests of the pages open such files in a real browser."
	l.head = []string{"", "requests"}
	h := l.home()
	s, err := h.Serve()
	l.must(err)
	defer s.Kill()
	a := &enemy.Attack{Address: s.Address, Workers: 4}
	known, err := a.Settle(l.ctx)
	l.must(err)
	asked, _, err := a.Strangers(l.ctx, l.entries(a, known))
	l.must(err)
	files, wrong, err := a.ShowScripts(l.ctx, known)
	l.must(err)
	for _, w := range wrong {
		l.broke("%s", w)
	}
	l.row("of strangers", asked)
	l.row("for files with scripts", files)
	l.tries += asked + files
	l.must(rig.EndAll(h.Dir, syscall.SIGTERM))
}
