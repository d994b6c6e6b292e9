package registry

import (
	"path"
	"slices"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// What a version is made of comes from outside, and clients download from there what
// they then run. So a source must lie where its run or its logged model keeps
// its artifacts, or at a storage that has no host in its address. Rules and words are
// MLflow's (mlflow/server/handlers.py).

// hostSchemes name a host that somebody would have to speak to.
var hostSchemes = []string{"ftp", "sftp", "hdfs", "viewfs", "http", "https", "r2", "b2", "abfss"}

// checkHost refuses sources that name a host.
func checkHost(source string) error {
	u := splitURI(source)
	if !slices.Contains(hostSchemes, u.scheme) && (u.scheme != "mlflow-artifacts" || u.host == "") {
		return nil
	}
	return fault.New(fault.Invalid, "'source' cannot use the '%s' scheme: the '%s' scheme addresses a host other than the tracking server's configured artifact storage, so the server would connect to the host named in the URI.", u.scheme, u.scheme).
		WithHint("Log the model to a run, and register it from there.")
}

func foreign(source, what string) error {
	return fault.New(fault.Invalid, "Invalid model version source: '%s'. The %s request parameter must identify the resource that contains the source.", source, what)
}

// checkSource checks that a source lies with its logged model, or else with its run.
func checkSource(r Record, source, run, model string) error {
	what := "run_id"
	if model != "" {
		what = "model_id"
	}
	place := func() (string, error) { return placeOf(r, run, model) }
	local, isLocal, err := localPath(source)
	switch {
	case err != nil:
		return err
	case isLocal:
		return checkLocal(source, local, what, place)
	}
	if err := checkPath(source); err != nil {
		return err
	}
	switch u := splitURI(source); u.scheme {
	case "runs":
		if id, _, err := parseRunURI(source); u.host != "" || err != nil || model != "" || id != run {
			return foreign(source, what)
		}
	case "models":
		m, err := ParseModelURI(source)
		if u.host != "" || err != nil || m.ID != "" && m.ID != model {
			return foreign(source, "model_id")
		}
	case "mlflow-artifacts":
		root, err := place()
		if err != nil || !within(source, root) {
			return foreign(source, what)
		}
	}
	return nil
}

// placeOf is where the artifacts of a logged model, or else of a run, lie.
func placeOf(r Record, run, model string) (root string, err error) {
	switch {
	case model != "":
		err = r.Model(model, func(m *track.LoggedModel) { root = r.ModelURI(m) })
	case run != "":
		err = r.Run(run, func(m *track.Run) { root = r.RunURI(m) })
	default:
		err = fault.New(fault.Invalid, "no run is named")
	}
	return root, err
}

// localPath reads a source that is a path of a disk.
func localPath(source string) (local string, is bool, err error) {
	u := splitURI(source)
	switch {
	case u.scheme == "" || len(u.scheme) == 1: // a drive of Windows
		return source, true, nil
	case u.scheme != "file":
		return "", false, nil
	}
	host := strings.ToLower(u.host)
	if host != "" && host != "." && host != "localhost" && host != "127.0.0.1" {
		return "", false, fault.New(fault.Invalid, "%s is not a valid remote uri. For remote access on windows, please consider using a different scheme such as SMB (e.g. smb://<hostname>/<path>).", source)
	}
	return unescapeOnce(u.path, false), true, nil
}

// checkLocal refuses paths that do not lie in the folder where the run, or the model,
// keeps its artifacts.
func checkLocal(source, local, what string, place func() (string, error)) error {
	root, err := place()
	if err == nil {
		folder, isLocal, err := localPath(root)
		plain, clean := unescape(local, false)
		if err == nil && isLocal && clean && below(plain, folder) && below(local, folder) {
			return nil
		}
	}
	if splitURI(source).scheme == "file" {
		source = local
	}
	return fault.New(fault.Invalid, "Invalid model version source: '%s'. To use a local path as a model version source, the %s request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the %s.", source, what, what)
}

func slashes(p string) string { return strings.ReplaceAll(p, `\`, "/") }

func below(p, folder string) bool {
	p, folder = slashes(p), strings.TrimRight(slashes(folder), "/")
	return folder != "" && !slices.Contains(strings.Split(p, "/"), "..") && (path.Clean(p) == folder || strings.HasPrefix(path.Clean(p), folder+"/"))
}

// checkPath refuses sources whose path leads elsewhere after any number of decodings,
// or that have none.
func checkPath(source string) error {
	plain, clean := unescape(source, true)
	u := splitURI(plain)
	p := strings.TrimRight(u.path, "/")
	for strings.Contains(p, "//") {
		p = strings.ReplaceAll(p, "//", "/")
	}
	ours := u.scheme == "mlflow-artifacts" || u.scheme == "runs" || u.scheme == "models"
	switch {
	case !clean, slices.Contains(strings.Split(plain, "/"), ".."), p == "", p[0] != '/', path.Clean(p) != p,
		ours && (strings.Contains(plain, `\`) || u.rest != ""):
		return fault.New(fault.Invalid, "Invalid model version source: '%s'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.", source)
	}
	return nil
}

// within reports whether a source lies at or below a place.
func within(source, root string) bool {
	s, r := splitURI(source), splitURI(root)
	if s.scheme != r.scheme || !strings.EqualFold(s.host, r.host) {
		return false
	}
	parts, folder := segments(s.path), segments(r.path)
	return len(folder) > 0 && len(parts) >= len(folder) && slices.Equal(parts[:len(folder)], folder)
}

func segments(p string) (list []string) {
	for part := range strings.SplitSeq(p, "/") {
		if part != "" {
			plain, _ := unescape(part, false)
			list = append(list, plain)
		}
	}
	return list
}
