package mlflowdb

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // SQLite in Go; nothing but this file knows which one

	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// header of an SQLite file.
const magic = "SQLite format 3\x00"

// Is reports whether a file is a database of SQLite.
func Is(path string) bool {
	head, err := readHead(path)
	return err == nil && strings.HasPrefix(string(head), magic)
}

func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, disk.Classify(err, "open", path)
	}
	defer f.Close()
	head := make([]byte, 100)
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], err
}

// database is an SQLite file that is only read.
type database struct {
	*sql.DB
	copied string // folder of the copy that is read instead; empty: the file itself
}

// openDatabase opens a file so that neither it nor anything beside it is written.
// What a program has not put into the file itself yet, because it ended in the
// middle or because it still runs, lies in a second one: then both are copied, and
// the copy is read.
func openDatabase(path, scratch string) (*database, error) {
	head, err := readHead(path)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(string(head), magic) || len(head) < 100 {
		return nil, fault.New(fault.Unsupported, "%s is no database of SQLite", path)
	}
	d := &database{}
	mode := "mode=ro"
	switch ahead := head[18] == 2; {
	case beside(path, "-wal") || beside(path, "-journal") || isCut(path, head):
		if d.copied, err = copyAll(path, scratch); err != nil {
			return nil, err
		}
		path, mode = filepath.Join(d.copied, "copy.db"), "mode=rwc"
		if err := mend(path, head); err != nil {
			return nil, errors.Join(err, d.Close())
		}
	case ahead: // to read it in the usual way, SQLite would make files beside it
		mode = "immutable=1"
	}
	// With a schema that could be written, SQLite uses what is readable of a damaged
	// one; query_only keeps it from writing anything.
	mode += "&_pragma=writable_schema(1)&_pragma=query_only(1)&_pragma=busy_timeout(10000)"
	// A path of Windows begins with its disk, a URI with a slash.
	at := "/" + strings.TrimPrefix(filepath.ToSlash(path), "/")
	d.DB, err = sql.Open("sqlite", (&url.URL{Scheme: "file", Path: at, RawQuery: mode}).String())
	if err != nil {
		return nil, errors.Join(fault.Wrap(err, fault.Internal, "open", path), d.Close())
	}
	return d, nil
}

// pages is how many pages a file says to have, and bytes in each.
func pages(head []byte) (n, size int64) {
	size = int64(binary.BigEndian.Uint16(head[16:]))
	if size == 1 {
		size = 65536
	}
	return int64(binary.BigEndian.Uint32(head[28:])), max(size, 512)
}

// isCut reports whether a file has lost its end.
func isCut(path string, head []byte) bool {
	n, size := pages(head)
	info, err := os.Stat(path)
	return err == nil && info.Size() < n*size
}

// mend gives a copy empty pages for those that are gone: SQLite refuses all of a
// file that has fewer than it says, and else only what was on them.
func mend(path string, head []byte) error {
	if !isCut(path, head) {
		return nil
	}
	n, size := pages(head)
	info, err := os.Stat(path)
	if err == nil && n*size > 1000*info.Size()+1<<30 {
		return fault.New(fault.Corrupt, "the database is cut: of %d bytes that it says to have, %d are left", n*size, info.Size())
	}
	return disk.Classify(errors.Join(err, os.Truncate(path, n*size)), "mend a copy", path)
}

func beside(path, end string) bool {
	info, err := os.Stat(path + end)
	return err == nil && info.Size() > 0
}

// copyAll copies a database with what lies beside it.
func copyAll(path, scratch string) (folder string, err error) {
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return "", disk.Classify(err, "make", scratch)
	}
	if folder, err = os.MkdirTemp(scratch, "import-*"); err != nil {
		return "", disk.Classify(err, "make a folder in", scratch)
	}
	for _, end := range []string{"", "-wal", "-journal"} {
		err := copyFile(path+end, filepath.Join(folder, "copy.db"+end))
		if err != nil && (end == "" || !errors.Is(err, fault.NotFound)) {
			return "", errors.Join(err, os.RemoveAll(folder))
		}
	}
	return folder, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return disk.Classify(err, "open", from)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return disk.Classify(err, "make", to)
	}
	_, err = io.Copy(out, in)
	return disk.Classify(errors.Join(err, out.Close()), "copy", from)
}

// Close lets go of the file, and removes a copy.
func (d *database) Close() error {
	var err error
	if d.DB != nil {
		err = d.DB.Close()
	}
	if d.copied != "" {
		err = errors.Join(err, os.RemoveAll(d.copied))
	}
	return err
}

// tables are those that are read, as far as a database has them.
var tables = []string{
	"experiments", "experiment_tags", "runs", "params", "tags", "metrics", "datasets", "inputs", "input_tags",
	"logged_models", "logged_model_params", "logged_model_tags", "logged_model_metrics",
	"registered_models", "registered_model_tags", "registered_model_aliases", "model_versions", "model_version_tags",
}

// columns are those of each table, which say more of a database's version than its
// number does. Tables are asked for by name, since the list of all may be damaged.
func (d *database) columns(ctx context.Context) (map[string]map[string]bool, error) {
	all := map[string]map[string]bool{}
	for _, table := range tables {
		err := d.each(ctx, "SELECT name FROM pragma_table_info(?)", []any{table}, func(scan scanner) error {
			var column string
			if err := scan(&column); err != nil {
				return err
			}
			if all[table] == nil {
				all[table] = map[string]bool{}
			}
			all[table][column] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

type scanner func(into ...any) error

// each calls fn with each row. An error of fn ends it.
func (d *database) each(ctx context.Context, query string, args []any, fn func(scanner) error) error {
	rows, err := d.QueryContext(ctx, query, args...)
	if err != nil {
		return damaged(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return damaged(ctx, rows.Err())
}

// damaged makes a fault of an error of SQLite.
func damaged(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return &fault.Error{Kind: fault.Corrupt, Message: "the database cannot be read there: " + err.Error(), Err: err}
}
