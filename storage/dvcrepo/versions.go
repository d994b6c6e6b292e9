package dvcrepo

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/backend/gitlog"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/datasets"
	"dev.varve/backend/provenance"
	"dev.varve/backend/yamldoc"
)

// said is a file in which DVC says what it keeps, as some commit has it.
type said struct {
	commit gitlog.Commit // without an id: it was not committed
	path   string        // from the repository's folder, with slashes
	blob   string        // names its content
}

// where is what a report calls it.
func (s said) where(output string) string {
	if s.commit.ID == "" {
		return output
	}
	return output + " in commit " + short(s.commit.ID)
}

func short(id string) string { return id[:min(10, len(id))] }

// Versions lists what DVC keeps or has kept.
func (s *Source) Versions(ctx context.Context, r *imports.Report) ([]datasets.Version, error) {
	w := &walk{Source: s, ctx: ctx, report: r, parsed: map[string][]output{}, texts: map[string]string{}, told: map[string]bool{}, seen: map[string]bool{}, byStages: map[string][]int{}}
	if s.repo != nil {
		if s.repo.Shallow(ctx) {
			r.Skip("the history", "this copy of the repository was cloned without all of it: `git fetch --unshallow` brings the rest")
		}
		if err := w.history(); err != nil {
			return nil, err
		}
	}
	if err := w.folder(); err != nil {
		return nil, err
	}
	for i := range w.said {
		w.take(&w.said[i])
	}
	return w.settle()
}

type walk struct {
	*Source
	ctx      context.Context
	report   *imports.Report
	said     []said
	parsed   map[string][]output // by blob
	texts    map[string]string   // blobs, by their content
	told     map[string]bool
	dirs     map[string]func(stage string) (string, bool)
	seen     map[string]bool // data set and content
	versions []datasets.Version
	byStages map[string][]int // versions that stages made, by what Git may have in their place
}

// skip tells of something once, in however many commits it is.
func (w *walk) skip(where, why string, args ...any) {
	if text := where + fmt.Sprintf(why, args...); !w.told[text] {
		w.told[text] = true
		w.report.Skip(where, why, args...)
	}
}

// history reads what all commits say.
func (w *walk) history() error {
	var blobs, yamls []string
	known := map[string]bool{}
	once := func(list *[]string, name string) {
		if !known[name] {
			known[name] = true
			*list = append(*list, name)
		}
	}
	names := map[string]string{}
	err := w.repo.Log(w.ctx, []string{":(glob)**/*.dvc", ":(glob)**/dvc.lock", ":(glob)**/Dvcfile"}, func(c gitlog.Commit, changes []gitlog.Change) error {
		for _, f := range changes {
			if f.New == "" || !isMeta(f.Path) {
				continue
			}
			w.said = append(w.said, said{commit: c, path: f.Path, blob: f.New})
			once(&blobs, f.New)
			names[f.New] = f.Path
			if path.Base(f.Path) == "dvc.lock" {
				once(&yamls, yamlOf(c.ID, f.Path))
			}
		}
		return content.Cancelled(w.ctx)
	})
	if err != nil {
		return err
	}
	read := map[string]bool{}
	err = w.repo.Contents(w.ctx, blobs, yamldoc.MaxFile, func(blob string, data []byte) error {
		read[blob] = true
		w.parsed[blob], w.texts[string(data)] = w.parse(names[blob], data), blob
		return nil
	})
	for _, blob := range blobs {
		if err == nil && !read[blob] {
			w.report.Skip(names[blob], "it is larger than such a file can be, or missing from the repository")
		}
	}
	if err != nil {
		return err
	}
	w.dirs = map[string]func(string) (string, bool){}
	return w.repo.Contents(w.ctx, yamls, yamldoc.MaxFile, func(name string, data []byte) error {
		w.dirs[name] = wdirs(data)
		return nil
	})
}

// yamlOf names the dvc.yaml beside a dvc.lock in a commit.
func yamlOf(commit, lock string) string {
	return commit + ":./" + path.Join(path.Dir(lock), "dvc.yaml")
}

// parse reads a file, and tells what cannot be taken.
func (w *walk) parse(name string, data []byte) []output {
	list, without, err := parse(name, data)
	if w.report.Fail(name, err) {
		return nil
	}
	for _, l := range without {
		w.skip(name+": "+l.path, "%s", l.why)
	}
	return list
}

// folder reads what the files say that lie in the folder now, committed or not.
func (w *walk) folder() error {
	return filepath.WalkDir(w.dir, func(name string, e fs.DirEntry, err error) error {
		if cancelled := content.Cancelled(w.ctx); cancelled != nil {
			return cancelled
		}
		switch {
		case err != nil:
			return nil //nolint:nilerr // not for us
		case e.IsDir() && name != w.dir && provenance.Aside(e.Name()):
			return fs.SkipDir
		case !e.Type().IsRegular() || !isMeta(e.Name()):
			return nil
		}
		rel, err := filepath.Rel(w.dir, name)
		if err != nil {
			return nil //nolint:nilerr // it lies below, so that there is one
		}
		return w.file(name, filepath.ToSlash(rel))
	})
}

func (w *walk) file(name, rel string) error {
	data, err := readFile(name, yamldoc.MaxFile)
	if w.report.Fail(rel, err) {
		return nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil //nolint:nilerr // deleted just now
	}
	blob, ok := w.texts[string(data)]
	if !ok {
		blob = rel // which is no id of Git
		w.parsed[blob] = w.parse(rel, data)
	}
	w.said = append(w.said, said{commit: gitlog.Commit{Time: info.ModTime().Unix()}, path: rel, blob: blob})
	return nil
}

// take makes versions of what a file says.
func (w *walk) take(s *said) {
	for _, o := range w.parsed[s.blob] {
		if o.Stage != "" {
			dir, ok := w.stageDir(s, o.Stage)
			if !ok {
				w.skip(s.path+": "+o.Path, "the folder that its stage %s works in (wdir) is one that only DVC can work out", o.Stage)
				continue
			}
			o.Path = path.Join(dir, o.Path)
		}
		w.output(s, o)
	}
}

func (w *walk) stageDir(s *said, stage string) (string, bool) {
	if s.commit.ID == "" {
		data, err := readFile(filepath.Join(w.dir, filepath.FromSlash(path.Dir(s.path)), "dvc.yaml"), yamldoc.MaxFile)
		if err != nil {
			return "", true
		}
		return wdirs(data)(stage)
	}
	if dirs := w.dirs[yamlOf(s.commit.ID, s.path)]; dirs != nil {
		return dirs(stage)
	}
	return "", true
}

func (w *walk) output(s *said, o output) {
	o.Path = path.Join(path.Dir(s.path), o.Path)
	if strings.HasPrefix(o.Path, "../") || o.Path == ".." || o.Path == "." {
		w.skip(s.path+": "+o.Path, "it lies outside of the repository")
		return
	}
	at := o.Path + "\x00" + o.origin()
	if w.seen[at] {
		return
	}
	w.seen[at] = true
	w.made[at] = o
	v := datasets.Version{
		Set: o.Path, Origin: o.origin(), At: at, Single: !o.Folder, Where: s.where(o.Path), From: filepath.Join(w.dir, filepath.FromSlash(o.Path)),
		Author: s.commit.Author, Message: s.commit.Subject, Made: s.commit.Time * 1000,
	}
	if s.commit.ID != "" {
		v.From = fmt.Sprintf("%s (commit %s)", v.From, short(s.commit.ID))
	}
	if o.Stage != "" {
		inGit := s.commit.ID + ":./" + o.Path
		w.byStages[inGit] = append(w.byStages[inGit], len(w.versions))
	}
	w.versions = append(w.versions, v)
}

// settle leaves out what Git keeps itself, such as metrics (cache: false): DVC lists
// them among what stages make, and may have them in its cache, too.
func (w *walk) settle() ([]datasets.Version, error) {
	inGit := map[int]bool{}
	if w.repo != nil && len(w.byStages) > 0 {
		err := w.repo.Sizes(w.ctx, slices.Sorted(maps.Keys(w.byStages)), func(name string, _ int64) {
			for _, i := range w.byStages[name] {
				inGit[i] = true
			}
		})
		if err != nil {
			return nil, err
		}
	}
	versions := make([]datasets.Version, 0, len(w.versions))
	missing := false
	for i, v := range w.versions {
		if !inGit[i] {
			versions = append(versions, v)
			missing = missing || w.find(w.made[v.At].key()).at == ""
		}
	}
	if missing && len(w.elsewhere) > 0 {
		w.report.Skip("remotes", "%s: what lies only there cannot be read, since these are no folders; %s", strings.Join(w.elsewhere, ", "), fetch)
	}
	return versions, nil
}
