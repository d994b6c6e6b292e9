//go:build window

package windowtest

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dev.varve/build/windowtest/rig"
)

// asNobody starts a program as the user nobody. What is preloaded for the program
// would break setpriv.
const asNobody = `#!/bin/sh
preload=$LD_PRELOAD
unset LD_PRELOAD
exec setpriv --reuid 65534 --regid 65534 --clear-groups env LD_PRELOAD="$preload" "$@"
`

// TestVarveInAHomeThatCannotBeWrittenTo: as an ordinary user, the window opens on
// a workspace elsewhere, says what will be forgotten, and works.
func TestVarveInAHomeThatCannotBeWrittenTo(t *testing.T) {
	base := t.TempDir()
	home, data := filepath.Join(base, "home"), filepath.Join(base, "data")
	for _, dir := range []string{home, data} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	screen := rig.NewScreen(t, rig.Options{Home: home})
	// What the environment names besides is no way around a home.
	env := []string{"XDG_RUNTIME_DIR=", "XDG_STATE_HOME=", "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "TMPDIR=" + data}
	program, args := built(t, "varve-window"), []string{"--workspace", filepath.Join(data, "Lake")}
	if os.Geteuid() == 0 {
		// Whoever may do everything is told nothing: nobody is asked instead.
		const nobody = 65534
		for _, dir := range []string{base, home, data} {
			if err := os.Chown(dir, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		for dir := base; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		args = append([]string{program}, args...)
		program = filepath.Join(base, "as-nobody")
		if err := os.WriteFile(program, []byte(asNobody), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(home, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(home, 0o755) }) // or it could not be removed

	v := &varve{screen: screen, folder: filepath.Join(data, "Lake"), title: "Lake – Varve"}
	v.Page = screen.Drive(t, env, program, args...)
	v.Until(t, `document.querySelector("h1")?.textContent.trim() === "Home"`)
	v.Until(t, `document.querySelector("footer [role=note]")?.textContent.includes("Your home folder cannot be written to")`)
	v.screen.Picture(t, picture("home that cannot be written to"))

	// What is made is kept all the same.
	if err := os.WriteFile(filepath.Join(data, "cores.csv"), []byte("x,y\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	v.Eval(t, `location.hash = "#/data"`, nil)
	v.Eval(t, `const answer = await fetch("/api/varve/v1/datasets", {method: "POST", headers: {"Content-Type": "application/json"},
		body: JSON.stringify({name: "cores", path: arguments[0]})});
		if (!answer.ok) throw new Error(await answer.text())`, nil, filepath.Join(data, "cores.csv"))
	v.Until(t, `document.querySelector("main").innerText.includes("cores")`)
	if found, err := filepath.Glob(filepath.Join(home, ".*", "*varve*")); err != nil || len(found) > 0 {
		t.Errorf("the home has %v (%v)", found, err) // then it could be written to
	}
	if err := syscall.Kill(v.PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	v.gone(t)
}

// layout is how a page stands in its window.
type layout struct {
	Width  float64 // of the page, in its own pixels
	Text   float64 // size of a text, in those
	Pixels float64 // the same on the screen
	Over   []string
}

// stands measures the text of the first place of the rail, and names what
// reaches beyond the window.
func (v *varve) stands(t *testing.T) (l layout) {
	t.Helper()
	v.painted(t)
	v.Eval(t, `const text = document.querySelector('nav a[href="#/runs"]');
		const over = [...document.querySelectorAll("nav, main, header, footer, h1, .find, footer > *")].filter(e => {
			const b = e.getBoundingClientRect();
			return b.width > 0 && (b.right > innerWidth + 1 || b.bottom > innerHeight + 1 || b.left < -1 || b.top < -1);
		}).map(e => e.tagName + " " + e.className);
		if (document.documentElement.scrollWidth > innerWidth + 1) over.push("the page");
		return {Width: innerWidth, Text: parseFloat(getComputedStyle(text).fontSize), Over: over}`, &l)
	l.Pixels = l.Text * float64(v.screen.Geometry(t, v.screen.Window(t, v.title)).Width) / l.Width
	return l
}

// TestVarveOnFineScreens: with large pixels or large letters the texts are larger
// on the screen, and nothing is cut.
func TestVarveOnFineScreens(t *testing.T) {
	plain := openVarve(t, rig.Options{})
	usual := plain.stands(t)
	if len(usual.Over) > 0 {
		t.Errorf("as usual, too far: %q", usual.Over)
	}
	if err := syscall.Kill(plain.PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		width, height int
		larger        float64
		env           string
	}{
		{"twice the pixels", 2560, 1800, 1.99, "GDK_SCALE=2"},
		{"half as large again", 1600, 1200, 1.4, "GDK_DPI_SCALE=1.5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := openVarve(t, rig.Options{Width: c.width, Height: c.height}, c.env)
			l := v.stands(t)
			v.screen.Picture(t, picture(strings.ReplaceAll(c.env, "=", " ")))
			if l.Pixels < usual.Pixels*c.larger {
				t.Errorf("a text of %v pixels has %v: %+v", usual.Pixels, l.Pixels, l)
			}
			if len(l.Over) > 0 {
				t.Errorf("too far: %q", l.Over)
			}
		})
	}
}
