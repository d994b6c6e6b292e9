package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

// resumable is from which size on what was fetched of a file is kept for another try,
// and all of it is checked.
const resumable = 100 << 20

func (a *App) artifactsGet() *cobra.Command {
	return &cobra.Command{
		Use:   "get ADDRESS [DEST]",
		Short: "Fetch a file, or a folder of them",
		Long: `Fetches the file, or all files, at an address into DEST, or into the current folder
under its last name. Nothing is overwritten but files that are the same. A file
appears under its name when it is whole; one of more than 100 MiB that was
interrupted goes on where it stood. Such a file is read again and checked as a whole.
` + addressHelp + `

Exit codes: 0; 130 interrupted; 201 if there is nothing; 203 if a file that differs
is in the way; 208 if the disk is full; 209 if a file's content is damaged; 213 if the
files do not lie in this workspace.`,
		Args: cobra.RangeArgs(1, 2), Example: "  varve artifacts get models:/wine@champion ./model\n  varve artifacts get 1f0a63c2/plots/loss.png",
		RunE: func(c *cobra.Command, args []string) error {
			cl, list, err := a.listing(c, args[0])
			switch {
			case err != nil:
				return err
			case list.Elsewhere:
				return fault.New(fault.Unsupported, "the files lie at %s, not in this workspace", list.URI).WithHint("Fetch them there.")
			}
			dest := ""
			if len(args) > 1 {
				dest = args[1]
			} else {
				dest = lastOf(list.Address)
			}
			return a.fetchAll(c, cl, list, dest)
		},
	}
}

// lastOf is the name under which an address is fetched by itself.
func lastOf(address string) string {
	_, rest, _ := strings.Cut(address, ":/")
	name := path.Base(rest)
	if name == "." || name == "/" || name == ".." {
		return "artifacts"
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
}

func (a *App) fetchAll(c *cobra.Command, cl *client.Client, list api.AddressListing, dest string) error {
	var total int64
	for _, f := range list.Files {
		total += f.Size
		if f.Path != "" && !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return fault.New(fault.Unsupported, "the name %q cannot be that of a file on this computer", f.Path)
		}
	}
	bar := newBar(a.Err)
	defer bar.end()
	var done int64
	for _, f := range list.Files {
		target := dest
		if f.Path != "" {
			target = filepath.Join(dest, filepath.FromSlash(f.Path))
		} else if info, err := os.Stat(dest); err == nil && info.IsDir() {
			target = filepath.Join(dest, lastOf(list.Address))
		}
		one := fetch{cl: cl, query: url.Values{"address": {list.Address}, "path": {f.Path}}, size: f.Size, target: target, onDisk: a.OnDisk}
		one.report = func(n int64) { bar.show(api.Job{Title: "Fetch", Total: total, Bytes: done + n}) }
		if err := one.run(c.Context()); err != nil {
			return err
		}
		done += f.Size
	}
	fmt.Fprintf(a.Out, "Fetched %s, %s, into %s.\n", say.Count(len(list.Files), "file"), say.Bytes(total), dest)
	return nil
}

// fetch is one file that is on its way.
type fetch struct {
	cl     *client.Client
	query  url.Values
	size   int64
	target string
	report func(int64)
	onDisk func(err error, op, object string) error // App.OnDisk
}

func (f *fetch) run(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(f.target), 0o777); err != nil {
		return f.onDisk(err, "make the folder of", f.target)
	}
	if _, err := os.Lstat(f.target); err == nil {
		return f.same(ctx)
	}
	etag, err := f.etag(ctx)
	if err != nil {
		return err
	}
	mark := sha256.Sum256([]byte(etag))
	part := fmt.Sprintf("%s.%x.part", f.target, mark[:6])
	file, err := os.OpenFile(part, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return f.onDisk(err, "make", part)
	}
	from, err := f.write(ctx, file, etag)
	if err == nil && (from > 0 || f.size >= resumable) {
		err = f.verify(ctx, file)
	}
	if err == nil {
		err = f.onDisk(file.Sync(), "write", part)
	}
	if closeErr := file.Close(); err == nil {
		err = f.onDisk(closeErr, "write", part)
	}
	if err == nil {
		err = f.onDisk(os.Rename(part, f.target), "rename", part)
	}
	if err != nil && (f.size < resumable || errors.Is(err, fault.Corrupt)) {
		_ = os.Remove(part) // what failed is what is told
	}
	return err
}

// etag names the content that the file has now.
func (f *fetch) etag(ctx context.Context) (string, error) {
	resp, err := f.ask(ctx, "bytes=0-0", "")
	if err != nil {
		return "", err
	}
	_ = resp.Body.Close() // one byte, which is not wanted
	tag := strings.Trim(resp.Header.Get("ETag"), `"`)
	if tag == "" || strings.Trim(tag, "0123456789abcdef-") != "" {
		return "", fault.New(fault.Internal, "Varve did not say which content this is")
	}
	return tag, nil
}

// ask asks for a part of the file, or for all of it if it has another content by now.
func (f *fetch) ask(ctx context.Context, ranges, etag string) (*http.Response, error) {
	header := http.Header{}
	if ranges != "" {
		header.Set("Range", ranges)
	}
	if etag != "" {
		header.Set("If-Range", `"`+etag+`"`)
	}
	resp, err := f.cl.Fetch(ctx, "/artifacts/file", f.query, header)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusRequestedRangeNotSatisfiable { // an empty file
		return resp, nil
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		defer resp.Body.Close()
		return nil, client.ProblemOf(resp)
	}
	return resp, nil
}

// write fetches what is missing; from says how much was there already.
func (f *fetch) write(ctx context.Context, file *os.File, etag string) (from int64, err error) {
	if from, err = file.Seek(0, io.SeekEnd); err != nil {
		return 0, f.onDisk(err, "read", file.Name())
	}
	if from >= f.size {
		from = 0
	}
	ranges := ""
	if from > 0 {
		ranges = fmt.Sprintf("bytes=%d-", from)
	}
	resp, err := f.ask(ctx, ranges, etag)
	if err != nil {
		return from, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusPartialContent {
		from = 0
	}
	if err := file.Truncate(from); err != nil {
		return from, f.onDisk(err, "write", file.Name())
	}
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return from, f.onDisk(err, "write", file.Name())
	}
	n, err := io.Copy(file, &counting{resp.Body, from, f.report})
	switch {
	case ctx.Err() != nil:
		return from, fault.New(fault.Cancelled, "interrupted: %v", ctx.Err())
	case err != nil && isOfDisk(err):
		return from, f.onDisk(err, "write", file.Name())
	case err != nil || from+n != f.size:
		return from, fault.New(fault.Unavailable, "only %s of %s of %s arrived", say.Bytes(from+n), say.Bytes(f.size), f.target).
			WithHint("Try again; if it stops there again, run varve doctor.")
	}
	return from, nil
}

// verify compares a file that was fetched in parts with what Varve has.
func (f *fetch) verify(ctx context.Context, file *os.File) error {
	equal, err := f.equal(ctx, file)
	if err == nil && !equal {
		err = fault.New(fault.Corrupt, "what was fetched of %s differs from what Varve has", f.target).WithHint("Fetch it again.")
	}
	return err
}

// same is for a file that is there already.
func (f *fetch) same(ctx context.Context) error {
	taken := fault.New(fault.Exists, "%s is there already, and differs", f.target).WithHint("Move it away, or fetch into another folder.")
	info, err := os.Stat(f.target)
	if err != nil || !info.Mode().IsRegular() || info.Size() != f.size {
		return taken
	}
	file, err := os.Open(f.target)
	if err != nil {
		return f.onDisk(err, "read", f.target)
	}
	defer file.Close()
	equal, err := f.equal(ctx, file)
	if err == nil && !equal {
		err = taken
	}
	return err
}

func (f *fetch) equal(ctx context.Context, file *os.File) (bool, error) {
	var want api.FileDigest
	if err := f.cl.Get(ctx, "/artifacts/digest", f.query, &want); err != nil {
		return false, err
	}
	sum := sha256.New()
	_, err := io.Copy(sum, io.NewSectionReader(file, 0, f.size+1))
	return hex.EncodeToString(sum.Sum(nil)) == want.SHA256, f.onDisk(err, "read", file.Name())
}

// counting reports how much was read.
type counting struct {
	io.Reader
	n      int64
	report func(int64)
}

func (r *counting) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n += int64(n)
	r.report(r.n)
	return n, err
}

func isOfDisk(err error) bool {
	var at *fs.PathError
	return errors.As(err, &at)
}
