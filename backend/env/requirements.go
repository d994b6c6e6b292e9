package env

import (
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
)

// Limits of what a project's requirements may refer to.
const (
	maxRequirements = 4 << 20 // bytes in all requirement files
	maxNested       = 20      // files that refer to files
	maxTreeFiles    = 20_000  // files of a local package
	wholeFile       = 1 << 20 // larger files of a local package count by size and time
)

// requirements is a list of dependencies, taken apart for the installers.
type requirements struct {
	lines []string // go into a requirements file of our own
	files []string // arguments: -r FILE and -c FILE with absolute names
	// content names everything that decides what gets installed.
	content []string
}

// reader reads requirement lines and the files that they name.
type reader struct {
	files Files
	dir   string // of the project
	size  int
	seen  map[string]bool
}

func readRequirements(files Files, dir string, lines []string) (requirements, error) {
	r := &reader{files: files, dir: dir, seen: map[string]bool{}}
	var out requirements
	for _, line := range lines {
		line = stripComment(line)
		if line == "" {
			continue
		}
		if strings.ContainsAny(line, "\x00\r\n") {
			return out, fault.New(fault.Invalid, "the requirement %q is more than one line", line)
		}
		option, name := fileOption(line)
		if option == "" || isURL(name) {
			out.lines = append(out.lines, line)
		} else {
			out.files = append(out.files, option, r.absolute(dir, name))
		}
		content, err := r.line(line, dir, 0)
		if err != nil {
			return out, err
		}
		out.content = append(out.content, content...)
	}
	return out, nil
}

// line returns what a line stands for: itself, and the content of the files
// that it names, wherever they lie.
func (r *reader) line(line, base string, depth int) ([]string, error) {
	content := []string{line}
	if option, name := fileOption(line); option != "" && !isURL(name) {
		text, err := r.file(r.absolute(base, name), depth)
		return append(content, text...), err
	}
	path, editable := localPackage(line)
	if path == "" {
		return content, nil
	}
	// pip and uv start at their working folder, which is the project's.
	path = r.absolute(r.dir, path)
	info, err := r.files.Stat(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the requirement %q names %s, which is not there", line, path)
	}
	if !info.IsDir() {
		data, err := r.files.ReadFile(path)
		return append(content, hashOf(data)), err
	}
	if !editable {
		sum, err := r.tree(path)
		return append(content, sum), err
	}
	// An editable package is used where it lies; only what it needs counts.
	content = append(content, path)
	for _, name := range []string{"pyproject.toml", "setup.cfg", "setup.py"} {
		if data, err := r.files.ReadFile(filepath.Join(path, name)); err == nil {
			content = append(content, name, hashOf(data))
		}
	}
	return content, nil
}

func (r *reader) absolute(base, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(base, filepath.FromSlash(name))
}

// file reads a requirements file and those that it names. One that names
// itself is read once.
func (r *reader) file(name string, depth int) ([]string, error) {
	if r.seen[name] {
		return nil, nil
	}
	r.seen[name] = true
	info, err := r.files.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, fault.New(fault.Invalid, "the dependencies name the file %s, which is not there", name)
	}
	if r.size += int(min(info.Size(), maxRequirements+1)); r.size > maxRequirements || depth > maxNested {
		return nil, fault.New(fault.Invalid, "the requirement files are larger, or refer to each other more deeply, than Varve reads")
	}
	data, err := r.files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var content []string
	text := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\\\n", " ")
	for line := range strings.SplitSeq(text, "\n") {
		if line = stripComment(line); line == "" {
			continue
		}
		more, err := r.line(line, filepath.Dir(name), depth+1)
		if err != nil {
			return nil, err
		}
		content = append(content, more...)
	}
	return content, nil
}

// tree is a hash of a local package's folder, without what building and
// running leaves in it. Large files count by size and time: they are data that
// happens to lie there.
func (r *reader) tree(root string) (string, error) {
	h := blake3.New()
	count := 0
	var walk func(dir string) error
	walk = func(dir string) error {
		entries, err := r.files.ReadDir(dir)
		if err != nil {
			return err
		}
		sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
		for _, entry := range entries {
			name := filepath.Join(dir, entry.Name())
			switch {
			case isLeftover(entry.Name()):
				continue
			case entry.IsDir():
				if _, err := r.files.Stat(filepath.Join(name, "pyvenv.cfg")); err == nil {
					continue
				}
				if err := walk(name); err != nil {
					return err
				}
				continue
			case !entry.Type().IsRegular():
				continue
			}
			if count++; count > maxTreeFiles {
				return fault.New(fault.Invalid, "the folder %s has more than %d files, too many to be installed as a package", root, maxTreeFiles).
					WithHint("Install it in place instead: -e %s", root)
			}
			if err := r.treeFile(h, root, name); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (r *reader) treeFile(w io.Writer, root, name string) error {
	info, err := r.files.Stat(name)
	if err != nil {
		return err
	}
	short, err := filepath.Rel(root, name)
	if err != nil {
		return err
	}
	sum := fmt.Sprint(info.ModTime().UnixNano())
	if info.Size() <= wholeFile {
		data, err := r.files.ReadFile(name)
		if err != nil {
			return err
		}
		sum = hashOf(data)
	}
	_, err = fmt.Fprintf(w, "%q %d %s\n", filepath.ToSlash(short), info.Size(), sum)
	return err
}

func isLeftover(name string) bool {
	switch name {
	case "__pycache__", "build", "dist", "node_modules", "mlruns":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".egg-info")
}

// fileOption takes "-r FILE", "--requirement=FILE" and the like apart. The
// option comes back in its short form.
func fileOption(line string) (option, name string) {
	for _, o := range []struct{ long, short string }{{"--requirement", "-r"}, {"--constraint", "-c"}} {
		for _, form := range []string{o.long + "=", o.long + " ", o.short} {
			if rest, ok := strings.CutPrefix(line, form); ok {
				return o.short, strings.Trim(strings.TrimSpace(rest), `"'`)
			}
		}
	}
	return "", ""
}

// localPackage returns the path of a package on this disk that a line names.
func localPackage(line string) (path string, editable bool) {
	for _, form := range []string{"-e", "--editable=", "--editable"} {
		if rest, ok := strings.CutPrefix(line, form); ok {
			line, editable = strings.TrimSpace(rest), true
			break
		}
	}
	if _, uri, ok := strings.Cut(line, "@ "); ok { // name @ file:///path
		line = strings.TrimSpace(uri)
	}
	line, _, _ = strings.Cut(line, " ;")
	if rest, ok := strings.CutPrefix(line, "file:"); ok {
		line, _, _ = strings.Cut(rest, "#")
		if strings.HasPrefix(line, "//") {
			line = strings.TrimPrefix(strings.TrimPrefix(line, "//"), "localhost")
		}
		return line, editable
	}
	if isURL(line) || strings.HasPrefix(line, "-") {
		return "", false
	}
	if i := strings.IndexByte(line, '['); i > 0 { // ./package[extra]
		line = line[:i]
	}
	if editable || line == "." || line == ".." || strings.HasPrefix(line, "./") || strings.HasPrefix(line, "../") || filepath.IsAbs(line) ||
		strings.HasSuffix(line, ".whl") || strings.HasSuffix(line, ".tar.gz") {
		return line, editable
	}
	return "", false
}

func isURL(s string) bool { return strings.Contains(s, "://") && !strings.HasPrefix(s, "file:") }

// stripComment drops a comment by pip's rule: # at the start or after a blank.
func stripComment(line string) string {
	if strings.HasPrefix(strings.TrimSpace(line), "#") {
		return ""
	}
	for _, mark := range []string{" #", "\t#"} {
		if i := strings.Index(line, mark); i >= 0 {
			line = line[:i]
		}
	}
	return strings.TrimSpace(line)
}

func hashOf(data []byte) string {
	sum := blake3.Sum256(data)
	return hex.EncodeToString(sum[:])
}
