package registry

import (
	"path"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Resolved is what an address means now.
type Resolved struct {
	// Version is set if the address names a version of a registered model.
	Version *VersionRef
	Run     string // that made it, if that is known
	// LoggedModel is set if the address means one, or a version made of one.
	LoggedModel string
	// URI is where the files lie: an address of a storage, never models:/, and never
	// runs:/ for a run that is known.
	URI string
	// Owner and Path say whose artifacts these are; Owner is empty if they are no run's
	// and no logged model's of this workspace.
	Owner track.Owner
	Path  string
}

// VersionRef is a version of a registered model.
type VersionRef struct {
	ID     string
	Name   string // of the registered model
	Number uint64
}

func numeral(n uint64) string { return strconv.FormatUint(n, 10) }

// Resolve finds out what an address means: models:/name/3, models:/name@champion,
// models:/name/Production, models:/name/latest, models:/m-…, runs:/<run>/<path>, and
// mlflow-artifacts:/ of this workspace. Other addresses mean themselves.
func Resolve(r Record, address string) (Resolved, error) {
	return resolve(r, address, mostSteps)
}

// mostSteps is how many addresses in a row may point to another one: a version whose
// source is runs:/… is the longest that Register makes.
const mostSteps = 4

func resolve(r Record, address string, steps int) (out Resolved, err error) {
	if steps == 0 {
		return out, fault.New(fault.Invalid, "%s leads in a circle", address)
	}
	switch splitURI(address).scheme {
	case "models":
		m, err := ParseModelURI(address)
		if err != nil {
			return out, err
		}
		if m.ID != "" {
			return resolveLogged(r, m.ID)
		}
		return resolveVersion(r, m, steps)
	case "runs":
		run, path, err := parseRunURI(address)
		if err != nil {
			return out, err
		}
		return resolveRun(r, run, path)
	case "mlflow-artifacts":
		return resolveStored(r, address)
	case "":
		return out, fault.New(fault.Invalid, "%q is not the address of a model", address).
			WithHint("Addresses are like models:/name/3, models:/name@champion, models:/m-… and runs:/<run>/<path>.")
	}
	return Resolved{URI: address}, nil
}

func resolveLogged(r Record, id string) (Resolved, error) {
	out := Resolved{LoggedModel: id, Owner: track.Owner{Model: id}}
	trashed := false
	err := r.Model(id, func(m *track.LoggedModel) { out.Run, out.URI, trashed = m.Run, r.ModelURI(m), m.Trashed() })
	if err == nil && trashed {
		err = fault.New(fault.NotFound, "Logged model with ID '%s' not found.", id).WithHint("It lies in the trash.")
	}
	return out, err
}

func resolveVersion(r Record, m ModelURI, steps int) (Resolved, error) {
	var ref VersionRef
	var run, logged, location string
	err := r.Registry(func(reg track.Registry) error {
		v, err := m.find(reg)
		if err != nil {
			return err
		}
		ref = VersionRef{ID: v.ID, Name: m.Name, Number: v.Number()}
		run, logged, location = v.Facts.Run, v.Facts.LoggedModel, v.Location()
		return nil
	})
	if err != nil {
		return Resolved{}, err
	}
	out, err := resolveLocation(r, location, run, logged, steps-1)
	if err != nil {
		return out, fault.Wrap(err, fault.NotFound, "find the files of", "version "+numeral(ref.Number)+" of "+ref.Name)
	}
	out.Version = &ref
	if out.Run == "" {
		out.Run = run
	}
	if out.LoggedModel == "" {
		out.LoggedModel = logged
	}
	return out, nil
}

func resolveRun(r Record, run, folder string) (Resolved, error) {
	if err := plainPath(folder); err != nil {
		return Resolved{}, err
	}
	out := Resolved{Run: run, Owner: track.Owner{Run: run}, Path: folder}
	err := r.Run(run, func(x *track.Run) { out.URI = strings.TrimRight(r.RunURI(x)+"/"+folder, "/") })
	return out, err
}

// resolveLocation finds out whose artifacts the location of a version means. One that
// is a path of a disk means those of its run, or logged model, if these lie there.
func resolveLocation(r Record, location, run, logged string, steps int) (Resolved, error) {
	local, isLocal, err := localPath(location)
	if err != nil || !isLocal {
		return resolve(r, location, steps)
	}
	for _, o := range []track.Owner{{Model: logged}, {Run: run}} {
		root, err := placeOf(r, o.Run, o.Model)
		if err != nil {
			continue // it has none, or that has not arrived
		}
		folder, isLocal, err := localPath(root)
		if err == nil && isLocal && below(local, folder) {
			at := strings.TrimPrefix(path.Clean(slashes(local)), path.Clean(slashes(folder)))
			return Resolved{Run: run, LoggedModel: o.Model, URI: location, Owner: o, Path: strings.Trim(at, "/")}, nil
		}
	}
	return Resolved{URI: location}, nil
}

// resolveStored finds out whose artifacts an address of this workspace means:
// …/<run>/artifacts/<path> or …/models/<logged model>/artifacts/<path>.
func resolveStored(r Record, address string) (Resolved, error) {
	if err := checkPath(address); err != nil {
		return Resolved{}, err
	}
	parts := segments(splitURI(address).path)
	for i := 1; i+1 < len(parts); i++ {
		if parts[i+1] != "artifacts" {
			continue
		}
		out := Resolved{URI: address, Path: strings.Join(parts[i+2:], "/")}
		var root string
		var err error
		if strings.HasPrefix(parts[i], "m-") && parts[i-1] == "models" {
			out.LoggedModel, out.Owner.Model = parts[i], parts[i]
			err = r.Model(parts[i], func(m *track.LoggedModel) { root, out.Run = r.ModelURI(m), m.Run })
		} else {
			out.Run, out.Owner.Run = parts[i], parts[i]
			root, err = placeOf(r, parts[i], "")
		}
		if err == nil && within(address, root) {
			return out, nil
		}
	}
	return Resolved{}, fault.New(fault.NotFound, "there are no artifacts at %s", address)
}

// plainPath refuses paths of artifacts that lead elsewhere.
func plainPath(path string) error {
	plain, clean := unescape(path, false)
	for part := range strings.SplitSeq(plain, "/") {
		if !clean || part == "." || part == ".." || strings.ContainsAny(plain, `\`) {
			return fault.New(fault.Invalid, "Invalid path: %q", path)
		}
	}
	return nil
}
