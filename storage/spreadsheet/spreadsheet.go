// Package spreadsheet opens tables in files: text (CSV, TSV) and Excel workbooks.
// It reads them row by row and writes nothing but, for large workbooks, parts of
// them in a folder for that.
package spreadsheet

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/results"
	"dev.varve/backend/tabular"
	"dev.varve/storage/disk"
)

// endings are the ends of the names of files that are tables.
var endings = []string{".csv", ".tsv", ".tab", ".xlsx", ".xlsm"}

// Is reports whether a file is a table by its name.
func Is(path string) bool {
	end := strings.ToLower(filepath.Ext(path))
	for _, known := range endings {
		if end == known {
			return true
		}
	}
	return false
}

// Options say how a table is opened.
type Options struct {
	Sheet   string // of a workbook, by its name or number from 1; empty: the first one with something in it
	Scratch string // a folder for parts of large workbooks
	// Unpacked is how many bytes a workbook may have when it is unpacked; 0: 4 GiB.
	Unpacked int64
}

// Source is the runs of a table that is open.
type Source struct {
	*results.Source
	close func() error
}

// Close lets go of the file.
func (s *Source) Close() error { return s.close() }

// Open reads a table once, as results.Open does. Place, Experiment and Modified of
// what are found out if they are empty.
func Open(ctx context.Context, path string, o Options, what results.Options) (*Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, disk.Classify(err, "open", path)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Unsupported, "%s is no file", path).WithHint("A table of results is a file: .csv, .tsv or .xlsx.")
	}
	what.Place = path
	if what.Modified.IsZero() {
		what.Modified = info.ModTime()
	}
	if what.Zone == nil {
		what.Zone = time.Local
	}
	if what.Experiment = strings.TrimSpace(what.Experiment); what.Experiment == "" {
		base := filepath.Base(path)
		what.Experiment = strings.TrimSuffix(base, filepath.Ext(base))
	}
	table, end, err := open(path, o)
	if err != nil {
		return nil, err
	}
	source, err := results.Open(ctx, table, what)
	if err != nil {
		_ = end() // it was only read
		return nil, err
	}
	return &Source{source, end}, nil
}

func open(path string, o Options) (tabular.Table, func() error, error) {
	head, err := headOf(path)
	switch {
	case err != nil:
		return nil, nil, err
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, disk.Classify(err, "open", path)
		}
		defer f.Close()
		return OpenWorkbook(path, f, o)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, nil, fault.New(fault.Unsupported, "%s is a workbook of an old Excel (.xls), or one with a password", path).
			WithHint("Save it as .xlsx without a password, or as CSV.")
	case o.Sheet != "":
		return nil, nil, fault.New(fault.Invalid, "%s is a table of text: it has no sheets", path)
	}
	table, err := tabular.NewSeparated(func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, disk.Classify(err, "open", path)
		}
		return f, nil
	})
	return table, func() error { return nil }, err
}

func headOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, disk.Classify(err, "open", path)
	}
	defer f.Close()
	head := make([]byte, 8)
	n, err := io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	if err != nil {
		return nil, disk.Classify(err, "read", path)
	}
	return head[:n], nil
}
