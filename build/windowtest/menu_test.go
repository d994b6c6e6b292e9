//go:build window

package windowtest

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"dev.varve/build/windowtest/rig"
)

// keys presses keys, one after the other.
func (v *varve) keys(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		v.screen.Key(t, key)
	}
}

// menu chooses an item of the window's menu with real keys: the letter that opens
// the menu, and so many steps down.
func (v *varve) menu(t *testing.T, letter string, down int) {
	t.Helper()
	v.keys(t, append([]string{"alt+" + letter}, append(slices.Repeat([]string{"Down"}, down-1), "Return")...)...)
}

// value waits until the field that has the focus holds a text.
func (v *varve) value(t *testing.T, want string) {
	t.Helper()
	v.Until(t, `document.activeElement?.value === "`+want+`"`)
}

// hasMenu waits until the page has given the window its commands, and the bar has
// taken its place above it.
func (v *varve) hasMenu(t *testing.T) {
	t.Helper()
	v.Until(t, `document.querySelector("h1") && outerHeight - innerHeight > 15`)
	v.painted(t)
}

// palette is true while somebody can type into Find or do.
const palette = `document.activeElement?.closest('dialog[aria-label="Find or do"]')`

// TestVarveHasAMenu: the commands of the pages stand in a menu of the window, and
// are done by the page that has them.
func TestVarveHasAMenu(t *testing.T) {
	for name, o := range map[string]rig.Options{"usual": {SessionBus: true}, "no D-Bus, small": {Width: 1024, Height: 700}} {
		t.Run(name, func(t *testing.T) {
			v := openVarve(t, o)
			id := v.screen.Window(t, v.title)
			v.screen.Focus(t, id)
			v.hasMenu(t)

			// F10, then arrows: the Go menu, Back, Forward, Home, Runs.
			v.keys(t, "F10", "Right", "Right", "Right", "Down", "Down", "Down", "Down")
			v.screen.Picture(t, picture("menu, "+name))
			v.keys(t, "Return")
			v.Until(t, `document.querySelector("h1").textContent.trim() === "Runs"`)
			v.keys(t, "alt+Left") // the page hears its keys all the same
			v.Until(t, `document.querySelector("h1").textContent.trim() === "Home"`)

			// By the mouse: Help, and the first item in it.
			v.screen.Click(t, id, 190, 12)
			v.screen.Click(t, id, 220, 40)
			v.Until(t, `document.querySelector("dialog[open] h2")?.textContent === "Keys"`)
			v.keys(t, "Escape")
			v.Until(t, `!document.querySelector("dialog[open]")`)

			// Alt alone opens the menu, as F10 does; Escape closes it, and the page has the
			// keys again: once each, not by the menu as well.
			v.keys(t, "Alt_L", "Escape", "Escape", "ctrl+k")
			v.Until(t, palette)
			v.painted(t)
			v.Until(t, palette)

			// Edit in a field: undo, redo, cut, copy, paste, select all.
			v.screen.Type(t, "varve")
			v.value(t, "varve")
			v.menu(t, "e", 6)
			v.menu(t, "e", 3)
			v.value(t, "")
			v.menu(t, "e", 5)
			v.menu(t, "e", 5)
			v.value(t, "varvevarve")
			v.menu(t, "e", 1)
			v.value(t, "varve")
			v.menu(t, "e", 2)
			v.value(t, "varvevarve")
			v.menu(t, "e", 6)
			v.menu(t, "e", 4)
			v.keys(t, "End", "space", "ctrl+v")
			v.value(t, "varvevarve varvevarve")
			v.keys(t, "Escape")
			v.Until(t, "!("+palette+")")

			// What a page has done can be undone from the menu, too.
			v.Eval(t, `location.hash = "#/settings"`, nil)
			v.Find(t, `[role=radiogroup][aria-labelledby="set-theme"] label:nth-of-type(3)`).Click(t)
			v.Until(t, `document.documentElement.dataset.theme === "dark"`)
			v.painted(t)
			v.keys(t, "F10")
			v.painted(t)
			v.screen.Picture(t, picture("menu in the dark, "+name))
			v.keys(t, "Escape", "Escape")
			v.Find(t, `[role=radiogroup][aria-labelledby="set-theme"] label:nth-of-type(1)`).Click(t)
			v.Until(t, `document.documentElement.dataset.theme === undefined && !matchMedia("(prefers-color-scheme: dark)").matches`)

			// The last of File closes the window.
			v.keys(t, "alt+f", "Up", "Return")
			v.gone(t)
			if out := v.Output(); strings.Contains(out, "CRITICAL") || strings.Contains(out, "WARNING") {
				t.Errorf("the toolkit complains: %s", out)
			}
		})
	}
}

// TestVarveMenuFollowsThePage: commands come and go with the page, and the menu
// with them, without a step of the person.
func TestVarveMenuFollowsThePage(t *testing.T) {
	v := openVarve(t, rig.Options{})
	v.screen.Focus(t, v.screen.Window(t, v.title))
	v.hasMenu(t)
	other := v.in("Glacier")
	other.cli(t, "runs", "list")
	t.Cleanup(func() { killOwners(t, other.folder) })
	v.Eval(t, `location.reload()`, nil)
	v.hasMenu(t)
	v.Until(t, `(await fetch("/api/varve/v1/workspaces").then(r => r.json())).workspaces.length === 2`)
	v.painted(t)
	// Add data, Import runs, Export runs, Open a project, Open another, New workspace, Switch to Glacier.
	v.menu(t, "f", 7)
	v.shows(t, "Glacier")
	v.screen.Window(t, other.title)
}

// TestVarveMenuStaysShutForLateKeys: what a page does not want of the keys comes
// back to the window, on a busy machine after keys that were pressed behind it.
// Alt and an arrow is then still not Alt alone.
func TestVarveMenuStaysShutForLateKeys(t *testing.T) {
	v := openVarve(t, rig.Options{})
	v.screen.Focus(t, v.screen.Window(t, v.title))
	v.hasMenu(t)
	places := func(name string) string { return `document.querySelector("h1").textContent.trim() === "` + name + `"` }
	v.keys(t, "g", "r")
	v.Until(t, places("Runs"))
	webs := rig.Children(t, v.PID, "WebKitWebProces")
	signal := func(sig syscall.Signal) {
		t.Helper()
		for _, pid := range webs {
			if err := syscall.Kill(pid, sig); err != nil {
				t.Fatal(err)
			}
		}
	}
	signal(syscall.SIGSTOP)
	v.screen.Hold(t, "Alt_L")
	v.screen.Hold(t, "Left") // the page takes the arrow, and leaves Alt
	v.screen.Release(t, "Left")
	signal(syscall.SIGCONT)
	v.Until(t, places("Home"))
	v.screen.Release(t, "Alt_L")
	v.painted(t)
	// An open menu would take the keys.
	v.keys(t, "ctrl+k")
	v.Until(t, palette)
}
