package owner

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/workspace"
)

// Places are the folders of this machine that belong to one workspace.
type Places struct {
	Workspace string // absolute path of the workspace folder
	Cache     string // may be deleted at any time
	State     string // device, token, address of the owner
	Shared    string // cache for all workspaces: environments, agents
}

// PlacesOf returns the places of a workspace folder.
func PlacesOf(dir string) Places {
	sum := blake3.Sum256([]byte(dir))
	key := hex.EncodeToString(sum[:8])
	return Places{
		Workspace: dir,
		Cache:     filepath.Join(theHomes().cache, key),
		State:     filepath.Join(theHomes().state, key),
		Shared:    theHomes().cache,
	}
}

// cuttings are the pinned ways of cutting files, as the marker of a workspace
// holds them.
func cuttings() []byte {
	data, err := json.Marshal(content.Cuttings())
	if err != nil {
		panic(err) // names and numbers
	}
	return data
}

// Find resolves which workspace is meant: the one named, else $VARVE_WORKSPACE,
// else the one that encloses the current folder, else ~/Varve. Links in the
// path are followed, so that one folder has one name.
func Find(disk host.Disk, named string) (string, error) {
	if named == "" {
		named = os.Getenv("VARVE_WORKSPACE")
	}
	if named == "" {
		named = enclosing(disk)
	}
	if named == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fault.New(fault.NotFound, "there is no home folder: %v", err).
				WithHint("Name a workspace folder with --workspace.")
		}
		named = filepath.Join(home, "Varve")
	}
	abs, err := filepath.Abs(named)
	if err != nil {
		return "", fault.New(fault.Invalid, "%q is not a folder: %v", named, err)
	}
	return followLinks(abs), nil
}

func enclosing(disk host.Disk) string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if workspace.Is(disk, dir) {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// followLinks resolves links in the part of a path that exists.
func followLinks(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	parent := filepath.Dir(path)
	if parent == path {
		return path
	}
	return filepath.Join(followLinks(parent), filepath.Base(path))
}

// unwise says in words what is risky about where a workspace, or this person's
// home, lies; or nothing.
func unwise(dir string) string {
	if theHomes().passing {
		return "Your home folder cannot be written to: settings and the list of workspaces are forgotten at the end of the session. Runs and data are safe in the workspace."
	}
	for _, name := range []string{"Dropbox", "OneDrive", "Google Drive", "iCloud", "Nextcloud", "ownCloud"} {
		for _, part := range strings.Split(dir, string(filepath.Separator)) {
			if strings.HasPrefix(part, name) {
				return "This workspace lies in a folder that " + name + " synchronises. Open it on one computer at a time."
			}
		}
	}
	if runtime.GOOS == "linux" && onNetwork(dir) {
		return "This workspace lies on a network file system. Open it on one computer at a time."
	}
	return ""
}
