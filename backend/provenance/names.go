package provenance

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/event"
)

// ends are how names of files end that hold code, or say how it runs.
var ends = []string{
	".py", ".pyi", ".pyx", ".ipynb", ".r", ".rmd", ".qmd", ".jl", ".sh", ".bash", ".m", ".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".cu", ".cuh",
	".f", ".for", ".f90", ".go", ".java", ".scala", ".rs", ".js", ".ts", ".sql", ".lua", ".pl", ".smk", ".nf", ".cmake", ".slurm", ".sbatch",
	".yaml", ".yml", ".toml", ".cfg", ".ini", ".lock",
}

// whole are names, in lower case, of files of that kind without an end.
var whole = []string{"mlproject", "makefile", "dockerfile", "snakefile", "cmakelists.txt", "requirements.txt", "justfile", "containerfile", "description", "renviron"}

// IsCode reports whether a file holds code, or says how code runs, by its
// name.
func IsCode(name string) bool {
	base := strings.ToLower(path.Base(name))
	return slices.Contains(ends, path.Ext(base)) || slices.Contains(whole, base) ||
		strings.HasPrefix(base, "requirements") && strings.HasSuffix(base, ".txt")
}

// Public is the address of a repository without name and password, which
// people leave in it. One that cannot be read is left out.
func Public(remote string) string {
	if !strings.Contains(remote, "://") {
		return remote // a path, or host:path, where no password can be
	}
	u, err := url.Parse(remote)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// Tags are the tags in which MLflow's clients look for what git says.
func Tags(code *event.RunCode) map[string]string {
	tags := map[string]string{}
	if code.Commit == "" {
		return tags
	}
	for key, value := range map[string]string{"commit": code.Commit, "branch": code.Branch, "repoURL": code.Remote, "dirty": strconv.FormatBool(code.Dirty)} {
		if value != "" {
			tags["mlflow.source.git."+key] = value
		}
	}
	return tags
}
