package dvcrepo

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/yamldoc"
)

// output is one file or folder that DVC keeps, with its content.
type output struct {
	Path   string // from the file that says it, with slashes
	Hash   string // MD5, 32 hex digits
	Folder bool   // the hash is that of a list of files
	Old    bool   // it is of DVC 2 or before: other places, and ends of lines do not count
	Exec   bool
	Stage  string // of a dvc.lock; where it lies may depend on dvc.yaml
}

// origin is what the content is, for ever.
func (o output) origin() string {
	kind := "dvc:md5:"
	if o.Old {
		kind = "dvc:md5-dos2unix:"
	}
	if o.Folder {
		return kind + o.Hash + ".dir"
	}
	return kind + o.Hash
}

var md5Text = regexp.MustCompile(`^[0-9a-f]{32}$`)

// left is an output that cannot be taken, with the reason.
type left struct{ path, why string }

// parse reads a .dvc file or a dvc.lock, by its name.
func parse(name string, data []byte) (list []output, without []left, err error) {
	root, err := yamldoc.File(name).Parse(data)
	if err != nil {
		return nil, nil, err
	}
	if path.Base(name) != "dvc.lock" {
		return outputs(root, "", wdirOf(root))
	}
	stages := root
	if root.Get("schema") != nil || root.Get("stages") != nil {
		if stages = root.Get("stages"); stages == nil {
			return nil, nil, nil
		}
	}
	if stages.Kind != yamldoc.Table {
		return nil, nil, fault.New(fault.Invalid, "its stages are no table")
	}
	for _, e := range stages.Entries {
		some, not, err := outputs(e.Value, e.Key, "")
		if err != nil {
			return nil, nil, err
		}
		list, without = append(list, some...), append(without, not...)
	}
	return list, without, nil
}

func wdirOf(n *yamldoc.Node) string {
	if w := n.Get("wdir"); w != nil && w.Kind == yamldoc.Scalar {
		return w.Text
	}
	return ""
}

func outputs(n *yamldoc.Node, stage, wdir string) (list []output, without []left, err error) {
	outs := n.Get("outs")
	if outs == nil || outs.Kind == yamldoc.Null {
		return nil, nil, nil
	}
	if outs.Kind != yamldoc.List {
		return nil, nil, fault.New(fault.Invalid, "line %d: outs is no list", outs.Line)
	}
	for _, item := range outs.Items {
		o, why := outputOf(item)
		if o.Path == "" {
			return nil, nil, fault.New(fault.Invalid, "line %d: an output has no path", item.Line)
		}
		if why == "" && (path.IsAbs(o.Path) || strings.Contains(o.Path, "://") || len(o.Path) > 1 && o.Path[1] == ':') {
			why = "it lies outside of the repository"
		}
		switch {
		case why == kept:
		case why != "":
			without = append(without, left{o.Path, why})
		default:
			o.Path, o.Stage = path.Join(wdir, o.Path), stage
			list = append(list, o)
		}
	}
	return list, without, nil
}

// kept is why an output is left alone that is not DVC's to keep.
const kept = "kept in Git"

// outputOf reads an output, and says why it cannot be taken.
func outputOf(n *yamldoc.Node) (o output, why string) {
	text := func(key string) string {
		if v := n.Get(key); v != nil && v.Kind == yamldoc.Scalar {
			return v.Text
		}
		return ""
	}
	o = output{Path: text("path"), Exec: text("isexec") == "true"}
	hash, folder := strings.CutSuffix(text("md5"), ".dir")
	o.Hash, o.Folder = hash, folder
	o.Old = n.Get("hash") == nil
	switch {
	case text("cache") == "false":
		why = kept
	case n.Get("files") != nil:
		why = "its files are listed one by one, as for remotes that keep versions themselves: call `dvc fetch`, then `dvc commit`"
	case text("md5") == "" && n.Get("etag") == nil && n.Get("checksum") == nil:
		why = "it has no hash yet: `dvc commit` gives it one"
	case text("md5") == "":
		why = "it is known by what a server says of it (etag), not by its content"
	case !o.Old && text("hash") != "md5":
		why = fmt.Sprintf("its hash is of a kind that is not known: %s", strconv.Quote(text("hash")))
	case !md5Text.MatchString(hash):
		why = "its hash is no MD5"
	}
	return o, why
}

// wdirs are the working folders of the stages of a dvc.yaml that have one of their
// own. ok is false for those that only DVC can work out.
func wdirs(data []byte) func(stage string) (dir string, ok bool) {
	of := map[string]string{}
	if root, err := yamldoc.File("dvc.yaml").Parse(data); err == nil {
		if stages := root.Get("stages"); stages != nil && stages.Kind == yamldoc.Table {
			for _, e := range stages.Entries {
				of[e.Key] = stageDir(e.Value)
			}
		}
	}
	return func(stage string) (string, bool) {
		name, _, _ := strings.Cut(stage, "@")
		dir := of[name]
		return dir, !strings.Contains(dir, "${")
	}
}

func stageDir(n *yamldoc.Node) string {
	if do := n.Get("do"); do != nil {
		n = do
	}
	return wdirOf(n)
}

// isMeta reports whether DVC says in a file of that name what it keeps.
func isMeta(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(base, ".dvc") && base != ".dvc" || slices.Contains([]string{"dvc.lock", "Dvcfile"}, base)
}
