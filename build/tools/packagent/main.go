// Command packagent packs built agents for embedding:
//
//	packagent FOLDER PLATFORM=PROGRAM…     packagent app/agentbin/agents linux-amd64=/tmp/a …
//
// It writes FOLDER/PLATFORM.gz for each, and FOLDER/list, which app/agentbin
// reads. Anything packed before that is not named any more is removed. The same
// programs give the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dev.varve/app/agentbin"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: packagent FOLDER PLATFORM=PROGRAM...")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "packagent:", err)
		os.Exit(1)
	}
}

func pack(folder string, agents []string) error {
	slices.Sort(agents)
	var list strings.Builder
	keep := []string{"README", agentbin.ListName}
	for _, a := range agents {
		platform, program, ok := strings.Cut(a, "=")
		if !ok {
			return fmt.Errorf("%q is not PLATFORM=PROGRAM", a)
		}
		data, err := os.ReadFile(program)
		if err != nil {
			return err
		}
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		if err := writeIfChanged(filepath.Join(folder, platform+".gz"), packed.Bytes()); err != nil {
			return err
		}
		keep = append(keep, platform+".gz")
		fmt.Fprintf(&list, "%s %x %d\n", platform, sha256.Sum256(data), len(data))
		fmt.Printf("agent %-14s %5.1f MiB, packed %4.1f MiB\n", platform, mib(len(data)), mib(packed.Len()))
	}
	if err := writeIfChanged(filepath.Join(folder, agentbin.ListName), []byte(list.String())); err != nil {
		return err
	}
	return removeOthers(folder, keep)
}

func mib(n int) float64 { return float64(n) / (1 << 20) }

// writeIfChanged leaves an unchanged file alone, so that the compiler's cache
// of the programs that embed it stays good.
func writeIfChanged(name string, data []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	return os.WriteFile(name, data, 0o644)
}

func removeOthers(folder string, keep []string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.Contains(keep, e.Name()) {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
