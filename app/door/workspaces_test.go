package door_test

import (
	"context"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

// known are the workspaces of a computer, without one.
type known struct {
	list   []api.KnownWorkspace
	opened api.OpenWorkspace
}

func (k *known) List(context.Context) (api.Workspaces, error) {
	return api.Workspaces{Workspaces: append([]api.KnownWorkspace{}, k.list...)}, nil
}

func (k *known) Keep(_ context.Context, path string, opened int64) error {
	k.list = append(k.list, api.KnownWorkspace{Path: path, Name: filepath.Base(path), Opened: opened})
	return nil
}

func (k *known) Forget(_ context.Context, path string) error {
	for i, w := range k.list {
		if w.Path == path {
			k.list = append(k.list[:i:i], k.list[i+1:]...)
			return nil
		}
	}
	return nil
}

func (k *known) Open(_ context.Context, path string, create bool) (api.OpenedWorkspace, error) {
	k.opened = api.OpenWorkspace{Path: path, Create: create}
	if !create {
		return api.OpenedWorkspace{}, fault.New(fault.NotFound, "the folder %s is not a Varve workspace", path).
			WithHint("To begin a new one, choose New workspace.").WithField("path")
	}
	return api.OpenedWorkspace{Path: path, Name: filepath.Base(path), Address: "http://127.0.0.1:5001/#code=1"}, nil
}

func rooted(path string) string {
	if runtime.GOOS == "windows" {
		return "C:" + filepath.FromSlash(path)
	}
	return path
}

func TestWorkspaces(t *testing.T) {
	k := &known{list: []api.KnownWorkspace{{Path: rooted("/lab"), Name: "lab"}, {Path: rooted("/lake"), Name: "lake", Gone: true}}}
	h := newHouse(t, func(o *door.Options) { o.Workspaces, o.Workspace.Path = k, rooted("/lab") })
	var list api.Workspaces
	h.get("/workspaces", &list)
	if len(list.Workspaces) != 2 || !list.Workspaces[0].Here || list.Workspaces[1].Here || !list.Workspaces[1].Gone {
		t.Errorf("listed: %+v", list.Workspaces)
	}
	quoted := strings.ReplaceAll(rooted("/lake"), `\`, `\\`)
	h.call("DELETE", "/workspaces?path="+url.QueryEscape(rooted("/lake")), "", 200, nil)
	if len(k.list) != 1 {
		t.Errorf("still listed: %+v", k.list)
	}
	h.call("PUT", "/workspaces", `{"path":"`+quoted+`","opened":7}`, 200, nil)
	if len(k.list) != 2 || k.list[1].Path != rooted("/lake") || k.list[1].Opened != 7 {
		t.Errorf("not put back: %+v", k.list)
	}
	var opened api.OpenedWorkspace
	h.call("POST", "/workspaces/open", `{"path":" `+quoted+` ","create":true}`, 200, &opened)
	if k.opened.Path != rooted("/lake") || !strings.Contains(opened.Address, "#code=") {
		t.Errorf("%+v opened %+v", k.opened, opened)
	}
	p := h.problem("POST", "/workspaces/open", `{"path":"`+quoted+`"}`, 404)
	if p.Field != "path" || p.Hint == "" || !strings.Contains(p.Title, "is not a Varve workspace") {
		t.Errorf("refused with %+v", p)
	}
	if p := h.problem("POST", "/workspaces/open", `{"path":"lake"}`, 400); p.Field != "path" {
		t.Errorf("half a path: %+v", p)
	}
}

func TestADoorWithoutOtherWorkspaces(t *testing.T) {
	h := newHouse(t)
	var list api.Workspaces
	h.get("/workspaces", &list)
	if len(list.Workspaces) != 0 {
		t.Errorf("listed: %+v", list)
	}
	h.problem("POST", "/workspaces/open", `{"path":"`+strings.ReplaceAll(rooted("/lake"), `\`, `\\`)+`"}`, 501)
}
