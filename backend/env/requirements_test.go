package env_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

func TestKeys(t *testing.T) {
	w := newWorld(t)
	w.write("req.txt", "a==1 # why\n\n")
	w.write("pkg/setup.py", "1")
	w.write("pkg/src/m.py", "1")
	w.write("wheels/x.whl", "1")
	keys := map[string]string{}
	key := func(what string, spec env.Spec) string {
		spec.Manager, spec.Declared = env.Venv, true
		k := w.must(spec).Key
		if old, ok := keys[k]; ok {
			t.Errorf("%s and %s have the same key", what, old)
		}
		keys[k] = what
		return k
	}
	same := func(what, a string, spec env.Spec) {
		spec.Manager, spec.Declared = env.Venv, true
		if k := w.must(spec).Key; k != a {
			t.Errorf("%s changed the key", what)
		}
	}
	file := env.Spec{Python: "3.11", Dependencies: []string{"-r req.txt"}}
	k := key("a file", file)
	same("writing the version out", k, env.Spec{Python: "3.11.7", Dependencies: []string{"-r req.txt"}})
	w.write("req.txt", "# another comment\na==1\n")
	same("a comment", k, file)
	w.write("req.txt", "a==2\n")
	key("another content", file)
	w.write("req.txt", "-r sub/more.txt\n")
	w.write("sub/more.txt", "-c limits.txt\n-r more.txt\nb\n")
	w.write("sub/limits.txt", "b<2\n")
	nested := key("nested files", file)
	same("nothing", nested, file)
	w.write("sub/limits.txt", "b<3\n")
	key("another nested file", file)
	key("another version", env.Spec{Python: "3.9", Dependencies: []string{"-r req.txt"}})
	key("a line instead", env.Spec{Python: "3.11", Dependencies: []string{"a==2"}})
	key("build instead", env.Spec{Python: "3.11", Build: []string{"a==2"}})
	pkg := env.Spec{Dependencies: []string{"./pkg[extra]"}}
	k = key("a local package", pkg)
	w.write("pkg/build/x", "left over")
	w.write("pkg/src/__pycache__/m.pyc", "left over")
	w.write("pkg/.venv/pyvenv.cfg", "")
	w.write("pkg/env/pyvenv.cfg", "")
	w.write("pkg/env/x", "")
	same("what building leaves", k, pkg)
	w.write("pkg/src/m.py", "2")
	key("its code changed", pkg)
	editable := env.Spec{Dependencies: []string{"-e ./pkg"}}
	k = key("editable", editable)
	w.write("pkg/src/m.py", "3")
	same("code of an editable package", k, editable)
	w.write("pkg/setup.py", "2")
	key("what an editable package needs", editable)
	wheel := env.Spec{Dependencies: []string{"x @ file://" + filepath.ToSlash(w.project) + "/wheels/x.whl"}}
	if runtime.GOOS != "windows" {
		key("a wheel", wheel)
		w.write("wheels/x.whl", "2")
		key("another wheel", wheel)
	}
	w.machine.programs["uv"] = "/p/uv"
	if k := w.must(env.Spec{Manager: env.UV, Python: "3.11", Dependencies: []string{"a==2"}}).Key; keys[k] != "" {
		t.Errorf("uv has the key of %s", keys[k])
	}
}

func TestRefusedRequirements(t *testing.T) {
	w := newWorld(t)
	w.write("loop.txt", "-r loop.txt\n")
	for _, line := range []string{"-r none.txt", "-rnone.txt", "--requirement=none.txt", "-c none.txt", "./none", "-e .. /none", "a\nb"} {
		_, err := w.ensure(env.Spec{Manager: env.Venv, Dependencies: []string{line}})
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, line := range []string{"-r loop.txt", "-r https://x/y.txt", "a @ https://x/y.whl", "git+https://x/y.git", "--index-url https://x", "a[b]>1 ; python_version<'3'", "# no"} {
		w.must(env.Spec{Manager: env.Venv, Dependencies: []string{line}})
	}
	if len(w.machine.ran) == 0 {
		t.Error("nothing was made")
	}
}
