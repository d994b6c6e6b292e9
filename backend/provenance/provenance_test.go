package provenance_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/provenance"
)

// git answers by the first words of what it is asked, or refuses.
type git map[string]string

func (g git) Git(_ context.Context, _ string, limit int64, args ...string) ([]byte, error) {
	asked := strings.Join(args, " ")
	for words, answer := range g {
		if !strings.HasPrefix(asked, words) {
			continue
		}
		if why, refused := strings.CutPrefix(answer, "fatal: "); refused {
			return nil, fault.New(fault.Unavailable, "%s", why)
		}
		if int64(len(answer)) > limit {
			return nil, fault.New(fault.Unsupported, "too much")
		}
		return []byte(answer), nil
	}
	return nil, fault.New(fault.Unavailable, "not a git repository")
}

var noGit = git{}

// repository is a project in a folder of a repository.
func repository() git {
	return git{
		"rev-parse --show-prefix": "sub/project/\n", "rev-parse --verify": "c0ffee\n", "symbolic-ref": "main\n",
		"config": "https://ada:secret@git.example/lab/wine.git\n", "ls-files -z --cached": "train.py\x00data.csv\x00lib/a.py\x00", "ls-files -z --others": "",
		"diff": "",
	}
}

// capture captures what lies in a folder, and lists what was kept.
func capture(t *testing.T, g provenance.Git, files map[string]string) (*event.RunCode, []string) {
	t.Helper()
	store := contenttest.NewMemory()
	code, err := provenance.Capture(t.Context(), g, "/project", contenttest.NewFiles(files), store)
	if err != nil {
		t.Fatal(err)
	}
	return code, listed(t, store, code)
}

func listed(t *testing.T, store content.Store, code *event.RunCode) (names []string) {
	t.Helper()
	if len(code.Root) == 0 {
		return nil
	}
	tree, err := content.OpenTree(t.Context(), store, content.ID(code.Root))
	if err != nil {
		t.Fatal(err)
	}
	err = tree.Walk(t.Context(), func(path string, e content.Entry) error {
		if e.Type == content.File {
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWithoutGit(t *testing.T) {
	code, names := capture(t, noGit, map[string]string{
		"MLproject": "name: wine", "train.py": "x = 1", "lib/deep/a.R": "1", "data.csv": "1,2", "picture.png": "…",
		".hidden/a.py": "no", "__pycache__/b.py": "no", "venv/pyvenv.cfg": "home = /usr", "venv/lib/c.py": "no", "requirements-dev.txt": "numpy",
	})
	if want := []string{"MLproject", "lib/deep/a.R", "requirements-dev.txt", "train.py"}; !slices.Equal(names, want) {
		t.Errorf("kept %q, not %q", names, want)
	}
	if code.Files != 4 || code.Bytes != 21 || code.Commit != "" || code.Dirty || code.Problem != "" || code.LeftFiles != 0 {
		t.Errorf("%+v", code)
	}
	again, _ := capture(t, noGit, map[string]string{"MLproject": "name: wine", "train.py": "x = 1", "lib/deep/a.R": "1", "requirements-dev.txt": "numpy", "more.csv": "3"})
	if !slices.Equal(code.Root, again.Root) {
		t.Error("the same code beside other data has another name")
	}
	other, _ := capture(t, noGit, map[string]string{"train.py": "x = 2"})
	if slices.Equal(code.Digest, other.Digest) {
		t.Error("other code has the same digest")
	}
	if empty, _ := capture(t, noGit, map[string]string{"data.csv": "1"}); len(empty.Root) != 0 || empty.Problem != "" {
		t.Errorf("without any code: %+v", empty)
	}
}

func TestWithGit(t *testing.T) {
	files := map[string]string{"train.py": "x = 1", "lib/a.py": "1", "data.csv": "1", "ignored.py": "no", "new.py": "2", ".ci/b.sh": "3"}
	code, names := capture(t, repository(), files)
	if want := []string{"lib/a.py", "train.py"}; !slices.Equal(names, want) {
		t.Errorf("kept %q, not %q", names, want)
	}
	if code.Commit != "c0ffee" || code.Branch != "main" || code.Folder != "sub/project" || code.Dirty || len(code.Patch) != 0 || code.Problem != "" {
		t.Errorf("clean: %+v", code)
	}
	if code.Remote != "https://git.example/lab/wine.git" {
		t.Errorf("the remote is %s", code.Remote)
	}
	want := map[string]string{
		"mlflow.source.git.commit": "c0ffee", "mlflow.source.git.branch": "main", "mlflow.source.git.dirty": "false",
		"mlflow.source.git.repoURL": "https://git.example/lab/wine.git",
	}
	if got := provenance.Tags(code); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("tags: %v", got)
	}

	untracked := repository()
	untracked["ls-files -z --others"] = ".ci/b.sh\x00new.py\x00gone.py\x00"
	code, names = capture(t, untracked, files)
	if want := []string{".ci/b.sh", "lib/a.py", "new.py", "train.py"}; !code.Dirty || !slices.Equal(names, want) {
		t.Errorf("with files that git does not follow: %v, %q", code.Dirty, names)
	}
}

func TestChangesSinceTheCommit(t *testing.T) {
	changed := repository()
	changed["diff"] = "--- a/train.py\n+++ b/train.py\n"
	store := contenttest.NewMemory()
	code, err := provenance.Capture(t.Context(), changed, "/project", contenttest.NewFiles(map[string]string{"train.py": "x"}), store)
	if err != nil {
		t.Fatal(err)
	}
	var ref content.Ref
	if err := event.Unmarshal(code.Patch, &ref); err != nil {
		t.Fatal(err)
	}
	r, err := content.Open(t.Context(), store, ref)
	if err != nil {
		t.Fatal(err)
	}
	if patch, err := io.ReadAll(r); err != nil || string(patch) != changed["diff"] || !code.Dirty {
		t.Errorf("%q, %v, %v", patch, err, code.Dirty)
	}

	changed["diff"] = strings.Repeat("x", provenance.MaxPatch+1)
	if code, names := capture(t, changed, map[string]string{"train.py": "x"}); !code.Dirty || len(code.Patch) != 0 || !strings.Contains(code.Problem, "too large") || len(names) != 1 {
		t.Errorf("too much: %+v", code)
	}
	changed["diff"] = "fatal: the index is damaged"
	if code, _ := capture(t, changed, map[string]string{"train.py": "x"}); !strings.Contains(code.Problem, "the index is damaged") || code.Commit != "c0ffee" {
		t.Errorf("refused: %+v", code)
	}
}

func TestWhatGitRefuses(t *testing.T) {
	files := map[string]string{"train.py": "x"}
	owned := git{"rev-parse --show-prefix": "fatal: detected dubious ownership in repository"}
	if code, names := capture(t, owned, files); !strings.Contains(code.Problem, "dubious ownership") || len(names) != 1 {
		t.Errorf("a repository of somebody else: %+v, %q", code, names)
	}
	outer := repository()
	outer["ls-files -z --cached"] = ""
	if code, names := capture(t, outer, files); code.Commit != "" || len(names) != 1 {
		t.Errorf("ignored by a repository around it: %+v, %q", code, names)
	}
	fresh := repository()
	fresh["rev-parse --verify"] = "fatal: needed a single revision"
	if code, names := capture(t, fresh, files); code.Commit != "" || len(names) != 1 || len(provenance.Tags(code)) != 0 {
		t.Errorf("without a commit: %+v, %q", code, names)
	}
}

func TestLimits(t *testing.T) {
	files := map[string]string{"large.py": strings.Repeat("x", provenance.MaxFile+1)}
	for i := range provenance.MaxFiles + 30 {
		files[fmt.Sprintf("many/%04d.py", i)] = ""
	}
	code, names := capture(t, noGit, files)
	if len(names) != provenance.MaxFiles || code.LeftFiles != 31 || len(code.Left) != 20 || code.Left[0] != "large.py" {
		t.Errorf("%d kept, %d left, of these %q", len(names), code.LeftFiles, code.Left)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := provenance.Capture(ended, noGit, "/project", contenttest.NewFiles(files), contenttest.NewMemory()); !errors.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestPublic(t *testing.T) {
	for remote, want := range map[string]string{
		"git@host:lab/wine.git": "git@host:lab/wine.git", "/srv/wine.git": "/srv/wine.git", "": "",
		"https://token@host/wine": "https://host/wine", "ssh://ada:pw@host:22/wine?key=1#x": "ssh://host:22/wine", "https://%zz@host/": "",
	} {
		if got := provenance.Public(remote); got != want {
			t.Errorf("%s: %q, not %q", remote, got, want)
		}
	}
}
