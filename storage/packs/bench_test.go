package packs_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/storage/disk"
)

// BenchmarkStore measures cutting, hashing, compressing, writing and syncing
// together, and reading back, on the disk that holds the temporary folder.
func BenchmarkStore(b *testing.B) {
	const size = 128 << 20
	for name, data := range map[string][]byte{"random": contenttest.Bytes(1, size), "table": contenttest.Text(1, size)} {
		b.Run("write/"+name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				b.StopTimer()
				opts := options(disk.OS{}, owner)
				opts.Base = b.TempDir()
				s := open(b, opts)
				b.StartTimer()
				if _, err := content.WriteFile(b.Context(), s, bytes.NewReader(data), content.WriteOptions{}); err != nil {
					b.Fatal(err)
				}
				noError(b, s.Flush(b.Context()))
			}
		})
		b.Run("read/"+name, func(b *testing.B) {
			opts := options(disk.OS{}, owner)
			opts.Base = b.TempDir()
			s := open(b, opts)
			ref, err := content.WriteFile(b.Context(), s, bytes.NewReader(data), content.WriteOptions{})
			noError(b, err)
			noError(b, s.Flush(b.Context()))
			b.SetBytes(size)
			for b.Loop() {
				r, err := content.Open(b.Context(), s, ref)
				noError(b, err)
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSmallFiles stores 70,000 files of 275 bytes each.
func BenchmarkSmallFiles(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		opts := options(disk.OS{}, owner)
		opts.Base = b.TempDir()
		s := open(b, opts)
		b.StartTimer()
		var entries []content.PathEntry
		for i := range 70_000 {
			ref, err := content.WriteFile(b.Context(), s, bytes.NewReader(contenttest.Bytes(uint64(i), 275)), content.WriteOptions{})
			noError(b, err)
			entries = append(entries, content.PathEntry{Path: fmt.Sprintf("mnist/%05d.png", i), Ref: ref})
		}
		_, err := content.Assemble(b.Context(), s, entries)
		noError(b, err)
		noError(b, s.Flush(b.Context()))
	}
}
