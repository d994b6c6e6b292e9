package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestMain lets the tests' own program be one that is measured.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "act" {
		if err := act(os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// act is what the program does: "serve PORT" answers and has a child,
// "serve-deaf PORT" does not end when asked, "fail" says why it cannot.
func act(what string, args []string) error {
	if what == "fail" {
		return errors.New("the record is locked")
	}
	if err := exec.Command("sleep", "1000").Start(); err != nil {
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	l, err := net.Listen("tcp4", "127.0.0.1:"+args[0])
	if err != nil {
		return err
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:errcheck // until the process ends
		fmt.Fprint(w, "{}")
	}))
	fmt.Println("It is ready at last")
	<-end
	if what == "serve-deaf" {
		select {}
	}
	return nil
}

func self(t *testing.T, what string) *program {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &program{name: what, path: me, dir: filepath.Join(t.TempDir(), "home"), says: "It is ready", args: func(port int) []string {
		return []string{"act", what, fmt.Sprint(port)}
	}}
}

func alive(t *testing.T, pid int) int {
	t.Helper()
	list, err := family(pid)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, p := range list {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
		if err == nil && !strings.Contains(string(state), ") Z ") {
			count++
		}
	}
	return count
}

func TestStartMeasureStop(t *testing.T) {
	s, times, err := self(t, "serve").start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pid := s.cmd.Process.Pid
	if times.answered <= 0 || times.said <= 0 {
		t.Errorf("times %+v", times)
	}
	u, rested, err := rest(t.Context(), s, time.Second, time.Minute)
	if err != nil || !rested || u.processes != 2 || u.pss <= 0 || u.rss < u.pss {
		t.Errorf("usage %+v, at rest %v, %v", u, rested, err)
	}
	s.stop()
	if n := waitGone(t, pid); n != 0 {
		t.Errorf("%d processes are left", n)
	}
}

// waitGone waits for killed processes to be gone.
func waitGone(t *testing.T, pid int) int {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		n := alive(t, pid)
		if n == 0 || time.Now().After(end) {
			return n
		}
	}
}

func TestStopByForce(t *testing.T) {
	s, _, err := self(t, "serve-deaf").start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.grace = time.Millisecond
	s.stop()
	if n := waitGone(t, s.cmd.Process.Pid); n != 0 {
		t.Errorf("%d processes are left", n)
	}
}

func TestStartFails(t *testing.T) {
	if _, _, err := self(t, "fail").start(t.Context()); err == nil || !strings.Contains(err.Error(), "the record is locked") {
		t.Errorf("error %v", err)
	}
}

func TestParseStat(t *testing.T) {
	const rest = "S 7 8 9 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 1 0 100"
	for _, name := range []string{"(varve)", "(a) b (c)", "(x S 1 1 1 1 1)", "()"} {
		got, err := parseStat(12, "12 "+name+" "+rest)
		if want := (process{pid: 12, parent: 7, session: 9, ticks: 175}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, line := range []string{"", "12 (x)", "12 (x) S 1 2 3", "12 (x) " + strings.Replace(rest, "150", "many", 1)} {
		if _, err := parseStat(12, line); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add("12 (varve) S 7 8 9 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 1 0 100")
	f.Add("1 ) ( ")
	f.Fuzz(func(t *testing.T, line string) {
		if p, err := parseStat(5, line); err == nil && p.pid != 5 {
			t.Error(p)
		}
	})
}

func TestKilobytes(t *testing.T) {
	text := "55d0 ---p 0 [rollup]\nRss:             2164 kB\nPss:              450 kB\nPss_Dirty:        7 kB\nBad:  x kB\n"
	for _, c := range []struct {
		label string
		want  int64
		ok    bool
	}{{"Rss:", 2164 << 10, true}, {"Pss:", 450 << 10, true}, {"Swap:", 0, false}, {"Bad:", 0, false}} {
		if got, ok := kilobytes(text, c.label); got != c.want || ok != c.ok {
			t.Errorf("%s %d, %v", c.label, got, ok)
		}
	}
}

func TestMachine(t *testing.T) {
	m, err := describeMachine(t.TempDir())
	if err != nil || m.Cores < 1 || m.Memory < 1<<20 || m.FileSystem == "" || m.LoadBefore < 0 {
		t.Errorf("%+v, %v", m, err)
	}
	took, err := syncTimes(t.TempDir())
	if errors.Is(err, unix.EOPNOTSUPP) {
		t.Skip("this file system cannot reserve space")
	}
	if err != nil || len(took) != syncCount || median(took) <= 0 {
		t.Errorf("%d syncs, %v", len(took), err)
	}
}
