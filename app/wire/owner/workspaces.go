package owner

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/app/wire/background"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
	"dev.varve/storage/recent"
	"dev.varve/storage/workspace"
)

// Shelf is where this person's computer remembers workspaces and answers.
func Shelf() recent.Shelf { return recent.At(disk.OS{}, theHomes().state) }

// Note enters a workspace as opened just now. Varve works without the list, so
// that the error is one for the log.
func Note(dir string) error {
	return Shelf().Put(recent.Workspace{Path: dir, Opened: time.Now().UnixMilli()})
}

// ToOpen resolves the folder that a person names as a workspace, or its marker,
// and says in words why it cannot be opened, or made into one. It changes
// nothing.
func ToOpen(path string, create bool) (dir string, err error) {
	if !filepath.IsAbs(path) {
		return "", fault.New(fault.Invalid, "%q is not a whole path", path).WithField("path")
	}
	dir = followLinks(filepath.Clean(path))
	if filepath.Base(dir) == workspace.MarkerName {
		dir = filepath.Dir(dir)
	}
	d := disk.OS{}
	if workspace.Is(d, dir) {
		return dir, Check(dir)
	}
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return "", fault.New(fault.Invalid, "%s is a file, not a folder", dir).WithField("path")
	case !create && err != nil:
		return "", fault.New(fault.NotFound, "there is no folder %s", dir).
			WithHint("Its disk may not be connected, or it has been moved.").WithField("path")
	case !create:
		return "", fault.New(fault.NotFound, "the folder %s is not a Varve workspace", dir).
			WithHint("A workspace has a file %s in it. To begin a new one, choose New workspace.", workspace.MarkerName).WithField("path")
	}
	for above := filepath.Dir(dir); above != filepath.Dir(above); above = filepath.Dir(above) {
		if workspace.Is(d, above) {
			return "", fault.New(fault.Invalid, "the folder %s lies in the workspace %s", dir, above).
				WithHint("A workspace keeps its folder for itself. Choose a place outside of it.").WithField("path")
		}
	}
	return dir, Check(dir)
}

// workspaces is the door's view of the workspaces of this computer.
type workspaces struct{ o *Owner }

// lookTimeout is how long a disk may take to say whether a workspace is there:
// one that is not connected any more would keep the whole list waiting.
const lookTimeout = time.Second

// List returns what was opened.
func (w workspaces) List(context.Context) (api.Workspaces, error) { return ListWorkspaces(), nil }

// ListWorkspaces returns the workspaces that were opened on this computer, the
// last one first.
func ListWorkspaces() api.Workspaces {
	all, err := Shelf().Workspaces()
	out := api.Workspaces{Workspaces: make([]api.KnownWorkspace, len(all))}
	if err != nil {
		out.Problem = err.Error()
	}
	type look struct {
		i     int
		there bool
	}
	looks := make(chan look, len(all))
	for i, known := range all {
		out.Workspaces[i] = api.KnownWorkspace{Path: known.Path, Name: filepath.Base(known.Path), Opened: known.Opened, Gone: true}
		go func() { looks <- look{i, workspace.Is(disk.OS{}, known.Path)} }()
	}
	timeout := time.After(lookTimeout)
	for range all {
		select {
		case l := <-looks:
			out.Workspaces[l.i].Gone = !l.there
		case <-timeout:
			return out
		}
	}
	return out
}

// Keep puts a workspace on the list.
func (w workspaces) Keep(_ context.Context, path string, opened int64) error {
	return Shelf().Put(recent.Workspace{Path: path, Opened: opened})
}

// Forget takes a workspace off the list.
func (w workspaces) Forget(_ context.Context, path string) error { return Shelf().Drop(path) }

// Open joins the owner of another workspace, or starts one that nobody sees, and
// returns where its pages are.
func (w workspaces) Open(ctx context.Context, path string, create bool) (api.OpenedWorkspace, error) {
	dir, err := ToOpen(path, create)
	if err != nil {
		return api.OpenedWorkspace{}, err
	}
	opened := api.OpenedWorkspace{Path: dir, Name: filepath.Base(dir)}
	if dir == w.o.Dir {
		opened.Address = w.o.BrowserAddress()
		return opened, nil
	}
	c, err := JoinOrStart(ctx, dir, func() (func() error, error) { return background.Owner(dir) })
	if err != nil {
		return opened, err
	}
	opened.Address, err = BrowserAddress(ctx, c)
	return opened, err
}

// BrowserAddress is the address of an owner's pages, with a code that lets one
// browser in.
func BrowserAddress(ctx context.Context, c *client.Client) (string, error) {
	if c.Token == "" {
		return c.Address + "/", nil
	}
	var one api.SessionCode
	err := c.Post(ctx, "/session/code", nil, &one)
	return c.Address + "/#code=" + one.Code, err
}
