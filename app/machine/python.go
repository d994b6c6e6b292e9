package machine

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/env"
)

var (
	pythonName    = regexp.MustCompile(`^python(3(?:\.[0-9]+)?)?(?:\.exe)?$`)
	versionInName = regexp.MustCompile(`(?:^|[^0-9.])(3\.[0-9]+(?:\.[0-9]+)?)`)
)

// Candidates lists what may be a Python interpreter; see env.Machine.
func (Tools) Candidates(environ []string) []env.Candidate {
	var all []env.Candidate
	seen := map[string]bool{}
	add := func(path, version string) {
		if info, err := os.Stat(path); !seen[path] && err == nil && info.Mode().IsRegular() {
			seen[path] = true
			all = append(all, env.Candidate{Path: path, Version: version})
		}
	}
	for _, dir := range filepath.SplitList(variable(environ, "PATH")) {
		if filepath.IsAbs(dir) {
			for _, name := range pythonsIn(dir) {
				add(filepath.Join(dir, name), versionOfName(name))
			}
		}
	}
	for _, installation := range installations(environ) {
		python := filepath.Join(installation, "bin", "python3")
		if runtime.GOOS == "windows" {
			python = filepath.Join(installation, "python.exe")
		}
		version := ""
		if m := versionInName.FindStringSubmatch(filepath.Base(installation)); m != nil {
			version = m[1]
		}
		add(python, version)
	}
	for _, dir := range []string{"/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"} {
		for _, name := range pythonsIn(dir) {
			add(filepath.Join(dir, name), versionOfName(name))
		}
	}
	return all
}

// pythonsIn lists the interpreters of a folder: python3 and python, which is
// what a person means by Python, before those with a version, newest first.
func pythonsIn(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if pythonName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(rank(b), rank(a)) })
	return names
}

func rank(name string) int {
	version := versionOfName(name)
	if version == "" {
		return 1 << 20
	}
	minor, _ := strconv.Atoi(strings.TrimPrefix(version, "3."))
	return minor
}

// versionOfName is "3.11" for python3.11, and "" for python and python3.
func versionOfName(name string) string {
	m := pythonName.FindStringSubmatch(name)
	if m == nil || !strings.Contains(m[1], ".") {
		return ""
	}
	return m[1]
}

// installations lists the folders of interpreters that pyenv, uv and the
// installer of python.org keep, newest first in each place.
func installations(environ []string) []string {
	home := variable(environ, "HOME")
	if runtime.GOOS == "windows" {
		home = variable(environ, "USERPROFILE")
	}
	under := func(base string, parts ...string) string {
		if !filepath.IsAbs(base) {
			return ""
		}
		return filepath.Join(append([]string{base}, parts...)...)
	}
	pyenv := under(variable(environ, "PYENV_ROOT"), "versions")
	if pyenv == "" {
		pyenv = under(home, ".pyenv", "versions")
	}
	uv := variable(environ, "UV_PYTHON_INSTALL_DIR")
	if uv == "" {
		data := variable(environ, "XDG_DATA_HOME")
		if data == "" {
			data = under(home, ".local", "share")
		}
		uv = under(data, "uv", "python")
	}
	var all []string
	for _, place := range []string{
		pyenv, uv, under(home, ".pyenv", "pyenv-win", "versions"),
		under(variable(environ, "APPDATA"), "uv", "python"), under(variable(environ, "LOCALAPPDATA"), "Programs", "Python"),
		"/Library/Frameworks/Python.framework/Versions", "/opt/python",
	} {
		if place == "" {
			continue
		}
		entries, err := os.ReadDir(place)
		if err != nil {
			continue
		}
		var dirs []string
		for _, e := range entries {
			dirs = append(dirs, filepath.Join(place, e.Name()))
		}
		slices.SortFunc(dirs, func(a, b string) int { return slices.Compare(numbers(b), numbers(a)) })
		all = append(all, dirs...)
	}
	return all
}

// numbers takes 3.11.7 out of a folder's name, for comparing.
func numbers(dir string) []int {
	var out []int
	if m := versionInName.FindStringSubmatch(filepath.Base(dir)); m != nil {
		for part := range strings.SplitSeq(m[1], ".") {
			n, _ := strconv.Atoi(part)
			out = append(out, n)
		}
	}
	return out
}

func variable(environ []string, name string) string {
	value := ""
	for _, v := range environ {
		n, rest, ok := strings.Cut(v, "=")
		if ok && (n == name || runtime.GOOS == "windows" && strings.EqualFold(n, name)) {
			value = rest
		}
	}
	return value
}
