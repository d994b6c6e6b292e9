//go:build window

// Package rig is what window tests stand on: a screen without a screen (Xvfb), a
// window manager, the program under test driven by WebKitWebDriver, and real
// drags with the mouse. Everything it starts, it ends.
package rig

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Patience is how long the rig waits for anything. It is no expectation of
// speed: a test that has to wait this long has failed.
const Patience = 60 * time.Second

// Options describe a screen.
type Options struct {
	Width, Height int // 1280×900 if zero
	// SessionBus starts a D-Bus session; without it there is none.
	SessionBus bool
	// Home is the home folder of all that runs there; a new one if empty. With it
	// goes the rest of the folders that the environment names.
	Home string
}

// Pictures is the folder for pictures of failures; empty for none.
var Pictures string

// Screen is a display of its own with a window manager, and a home folder of
// its own for all that runs on it.
type Screen struct {
	Home    string
	display string
	bus     string
	folders bool // keep the environment's XDG folders
	failed  bool // there is a picture of the failure
}

// NewScreen starts a screen that ends with the test.
func NewScreen(t *testing.T, o Options) *Screen {
	t.Helper()
	if o.Width == 0 {
		o.Width, o.Height = 1280, 900
	}
	s := &Screen{Home: o.Home, folders: o.Home != ""}
	if s.Home == "" {
		s.Home = t.TempDir()
	}
	s.startServer(t, o)
	start(t, s, nil, "openbox")
	Until(t, "the window manager manages", func() bool {
		out, err := s.Command("xprop", "-root", "_NET_SUPPORTING_WM_CHECK").Output()
		return err == nil && strings.Contains(string(out), "window id")
	})
	if o.SessionBus {
		s.startBus(t)
	}
	return s
}

// startServer lets the X server choose a free number and tell it.
func (s *Screen) startServer(t *testing.T, o Options) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	geometry := fmt.Sprintf("%dx%dx24", o.Width, o.Height)
	start(t, s, write, "Xvfb", "-displayfd", "3", "-screen", "0", geometry, "-nolisten", "tcp", "-noreset")
	write.Close()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb told no display: %v", err)
	}
	s.display = ":" + strings.TrimSpace(line)
}

func (s *Screen) startBus(t *testing.T) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	start(t, s, write, "dbus-daemon", "--session", "--nofork", "--print-address=3")
	write.Close()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("the session bus told no address: %v", err)
	}
	s.bus = strings.TrimSpace(line)
}

// Bus is the address of the D-Bus session.
func (s *Screen) Bus() string { return s.bus }

// Env is the environment of a program on this screen: the test's own, without
// what names another screen, session or home. Later entries win.
func (s *Screen) Env(more ...string) []string {
	without := []string{"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "HOME", "LANGUAGE", "LANG"}
	var env []string
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		foreign := strings.HasPrefix(name, "LC_") || strings.HasPrefix(name, "VARVE_") || strings.HasPrefix(name, "XDG_") && !s.folders
		if !foreign && !slices.Contains(without, name) {
			env = append(env, e)
		}
	}
	if !s.folders {
		env = append(env, "XDG_RUNTIME_DIR="+s.Home)
	}
	bus := s.bus
	if bus == "" {
		// Without this word, GLib would start a bus that nobody ends.
		bus = "disabled:"
	}
	env = append(env, "DISPLAY="+s.display, "HOME="+s.Home, "LANG=C.UTF-8",
		"DBUS_SESSION_BUS_ADDRESS="+bus, "GSETTINGS_BACKEND=memory", "NO_AT_BRIDGE=1")
	return append(env, more...)
}

// Command is a program on this screen, not yet started.
func (s *Screen) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = s.Env()
	return cmd
}

// start starts a helper in a process group of its own, and ends the group with
// the test. extra becomes its descriptor 3.
func start(t *testing.T, s *Screen, extra *os.File, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := s.Command(name, args...)
	if extra != nil {
		cmd.ExtraFiles = []*os.File{extra}
	}
	begin(t, cmd)
	return cmd
}

// begin starts a command whose whole process group ends with the test.
func begin(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v (make setup installs what window tests need)", cmd.Path, err)
	}
	group := cmd.Process.Pid
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how a helper ends says nothing: it is killed
		close(ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-group, syscall.SIGKILL) // it may have gone already
		<-ended
	})
}

// Until waits until a condition holds, and fails the test if it never does.
func Until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(Patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// Mouse and windows, by xdotool.

func (s *Screen) xdotool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := s.Command("xdotool", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("xdotool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// Window waits for a visible window with exactly this title and returns its id.
func (s *Screen) Window(t *testing.T, title string) string {
	t.Helper()
	var found []string
	Until(t, "there is a window "+title, func() bool {
		found = s.titled(title)
		return len(found) > 0
	})
	return found[len(found)-1]
}

// Windows counts the visible windows with exactly this title.
func (s *Screen) Windows(title string) int { return len(s.titled(title)) }

// titled asks the window manager for its windows, and them for their titles.
// (xdotool's search reads an older title, which not every locale can spell.)
func (s *Screen) titled(title string) (ids []string) {
	out, err := s.Command("xprop", "-root", "-notype", "_NET_CLIENT_LIST").Output()
	if err != nil {
		return nil
	}
	_, list, _ := strings.Cut(string(out), "# ")
	for _, id := range strings.Split(strings.TrimSpace(list), ", ") {
		about, err := s.Command("xprop", "-id", id, "-notype", "_NET_WM_NAME", "WM_STATE").Output()
		text := string(about)
		if err != nil || !strings.Contains(text, "_NET_WM_NAME = "+strconv.Quote(title)) || !strings.Contains(text, "window state: Normal") {
			continue // it may have gone meanwhile
		}
		if n, err := strconv.ParseUint(strings.TrimPrefix(id, "0x"), 16, 32); err == nil {
			ids = append(ids, strconv.FormatUint(n, 10)) // as xdotool writes ids
		}
	}
	return ids
}

// Active is the id of the window that has the focus, or empty.
func (s *Screen) Active() string {
	out, err := s.Command("xdotool", "getactivewindow").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// Box is where the inside of a window lies on the screen.
type Box struct{ X, Y, Width, Height int }

// Geometry tells where a window is. It asks xwininfo: xdotool counts a window's
// frame twice.
func (s *Screen) Geometry(t *testing.T, id string) Box {
	t.Helper()
	out, err := s.Command("xwininfo", "-id", id).CombinedOutput()
	if err != nil {
		t.Fatalf("xwininfo: %v\n%s", err, out)
	}
	number := func(name string) int {
		_, after, _ := strings.Cut(string(out), name+":")
		value, _, _ := strings.Cut(strings.TrimSpace(after), "\n")
		n, err := strconv.Atoi(value)
		if err != nil {
			t.Fatalf("xwininfo tells no %s:\n%s", name, out)
		}
		return n
	}
	return Box{number("Absolute upper-left X"), number("Absolute upper-left Y"), number("Width"), number("Height")}
}

// Place moves and sizes a window, and waits until it has that size and stands
// still: the window manager adds its frame in a step of its own.
func (s *Screen) Place(t *testing.T, id string, b Box) {
	t.Helper()
	s.xdotool(t, "windowsize", id, strconv.Itoa(b.Width), strconv.Itoa(b.Height))
	s.xdotool(t, "windowmove", id, strconv.Itoa(b.X), strconv.Itoa(b.Y))
	var last Box
	still := 0
	Until(t, "the window has its size", func() bool {
		got := s.Geometry(t, id)
		if still++; got != last {
			last, still = got, 0
		}
		return got.Width == b.Width && got.Height == b.Height && still > 10
	})
}

// Close asks a window to close, as its close button does.
func (s *Screen) Close(t *testing.T, id string) {
	t.Helper()
	// xdotool's own "windowclose" destroys the window under the program.
	s.xdotool(t, "windowactivate", "--sync", id)
	s.xdotool(t, "key", "--clearmodifiers", "alt+F4")
}

// Focus gives a window the focus and brings it to the front.
func (s *Screen) Focus(t *testing.T, id string) {
	t.Helper()
	s.xdotool(t, "windowactivate", "--sync", id)
}

// Minimise puts a window away.
func (s *Screen) Minimise(t *testing.T, id string) {
	t.Helper()
	s.xdotool(t, "windowminimize", id)
}

// Key presses a key, by its X name ("Return", "ctrl+k"), in the active window.
func (s *Screen) Key(t *testing.T, key string) {
	t.Helper()
	s.xdotool(t, "key", "--clearmodifiers", key)
}

// Hold presses a key and keeps it down until Release.
func (s *Screen) Hold(t *testing.T, key string) {
	t.Helper()
	s.xdotool(t, "keydown", key)
}

// Release lets a key go.
func (s *Screen) Release(t *testing.T, key string) {
	t.Helper()
	s.xdotool(t, "keyup", key)
}

// Type types text into the active window.
func (s *Screen) Type(t *testing.T, text string) {
	t.Helper()
	s.xdotool(t, "type", "--delay", "20", text)
}

// OtherWindow opens a window of another program and returns its id.
func (s *Screen) OtherWindow(t *testing.T) string {
	t.Helper()
	start(t, s, nil, "/usr/bin/python3", "-c", `
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
w = Gtk.Window(title="another program")
w.set_default_size(400, 300)
w.show_all()
Gtk.main()`)
	return s.Window(t, "another program")
}

// Picture saves a picture of the whole screen as a PNG.
func (s *Screen) Picture(t *testing.T, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := s.Command("import", "-window", "root", name).CombinedOutput(); err != nil {
		t.Fatalf("picture: %v\n%s", err, out)
	}
}

// pictureOfFailure leaves a picture of what a failed test saw last, in Pictures.
func (s *Screen) pictureOfFailure(t *testing.T) {
	if !t.Failed() || Pictures == "" || s.failed {
		return
	}
	s.failed = true // what ends first sees most
	name := filepath.Join(Pictures, "failed "+strings.ReplaceAll(t.Name(), "/", " ")+".png")
	if err := os.MkdirAll(Pictures, 0o755); err != nil {
		t.Log(err)
	}
	if out, err := s.Command("import", "-window", "root", name).CombinedOutput(); err != nil {
		t.Logf("no picture: %v %s", err, out)
	}
}
