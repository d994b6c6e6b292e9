//go:build unix

package machine_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dev.varve/app/machine"
	"dev.varve/backend/fault"
)

// sh starts a shell script and returns the child and its output.
func sh(t *testing.T, script string, change func(*machine.Command)) (*machine.Child, *bufio.Reader) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	c := machine.Command{Args: []string{"/bin/sh", "-c", script}, Stdout: w, Stderr: os.Stderr, Dir: t.TempDir()}
	if change != nil {
		change(&c)
	}
	child, err := machine.Start(c)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { child.Stop(0) })
	return child, bufio.NewReader(r)
}

// pids reads n process numbers, one a line, and names the processes.
func pids(t *testing.T, r *bufio.Reader, n int) []machine.Identity {
	t.Helper()
	var ids []machine.Identity
	for range n {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("reading a process number: %v", err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		id, err := machine.IdentityOf(pid)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// waitGone returns when none of the processes lives; the time limit of the
// whole test run is its limit.
func waitGone(ids []machine.Identity) {
	for _, id := range ids {
		for machine.Alive(id) {
			time.Sleep(time.Millisecond)
		}
	}
}

func mustBeGone(t *testing.T, ids []machine.Identity) {
	t.Helper()
	for _, id := range ids {
		if machine.Alive(id) {
			t.Errorf("process %d still lives", id.PID)
		}
	}
}

func TestStatus(t *testing.T) {
	for script, want := range map[string]machine.Status{
		"exit 0":     {Code: 0},
		"exit 7":     {Code: 7},
		"kill -9 $$": {Code: 137, Signal: "SIGKILL"},
		"kill $$":    {Code: 143, Signal: "SIGTERM"},
	} {
		child, _ := sh(t, script, nil)
		if got := child.Status(); got != want {
			t.Errorf("%s: %+v, want %+v", script, got, want)
		}
		mustBeGone(t, []machine.Identity{child.Identity()})
	}
}

func TestStreamsFolderAndEnvironment(t *testing.T) {
	dir := t.TempDir()
	_, out := sh(t, `pwd; echo "$A|$B|$VARVE_TREE"; cat; env | grep -c ^HOME=`, func(c *machine.Command) {
		c.Dir = dir
		c.Env = []string{"A=1", "A=2", "B=x y", "PATH=" + os.Getenv("PATH"), "VARVE_TREE=of somebody else"}
		c.Mark = "ab12"
	})
	got, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := real + "\n2|x y|ab12\n0\n"; string(got) != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestRefusedStarts(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, c := range []struct {
		what string
		cmd  machine.Command
		want fault.Kind
	}{
		{"nothing", machine.Command{}, fault.Invalid},
		{"unknown program", machine.Command{Args: []string{"varve-no-such-program"}}, fault.NotFound},
		{"unknown file", machine.Command{Args: []string{dir + "/none"}}, fault.NotFound},
		{"not executable", machine.Command{Args: []string{file("text", "hello", 0o644)}}, fault.Denied},
		{"a folder", machine.Command{Args: []string{dir}}, fault.Denied},
		{"missing interpreter", machine.Command{Args: []string{file("script", "#!/no/such/sh\n", 0o755)}}, fault.NotFound},
		{"garbage", machine.Command{Args: []string{file("garbage", "\x7fELF but not really", 0o755)}}, fault.Invalid},
		{"missing folder", machine.Command{Args: []string{"sh"}, Dir: dir + "/none"}, fault.NotFound},
		{"NUL in an argument", machine.Command{Args: []string{"sh", "a\x00b"}}, fault.Invalid},
		{"NUL in the environment", machine.Command{Args: []string{"sh"}, Env: []string{"A=\x00"}}, fault.Invalid},
		{"too long", machine.Command{Args: []string{"/bin/sh", "-c", "", strings.Repeat("x", 1<<22)}}, fault.Invalid},
		{"relative PATH", machine.Command{Args: []string{"script"}, Dir: dir, Env: []string{"PATH=.:"}}, fault.NotFound},
	} {
		_, err := machine.Start(c.cmd)
		if fault.KindOf(err) != c.want {
			t.Errorf("%s: %v (%s), want %s", c.what, err, fault.KindOf(err), c.want)
		}
	}
}

// Everything of a tree ends: children in the background, in another session,
// deaf to TERM, stopped, and orphans.
func TestStopEndsTheWholeTree(t *testing.T) {
	child, out := sh(t, `
		sleep 1000 & echo $!
		sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 1000; done' &
		sh -c 'echo $$; kill -STOP $$' &
		python3 -c 'import os,time
if os.fork(): os._exit(0)
os.setpgid(0, 0)
print(os.getpid(), flush=True)
time.sleep(1000)' &
		wait`, func(c *machine.Command) { c.Mark = t.Name() })
	ids := pids(t, out, 4)
	if err := child.Stop(20 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, append(ids, child.Identity()))
	if err := child.Stop(time.Hour); err != nil {
		t.Errorf("a second Stop: %v", err)
	}
}

func TestStopIsPoliteFirst(t *testing.T) {
	child, out := sh(t, `trap 'echo bye; exit 3' TERM; echo $$; while :; do sleep 0.01; done`, nil)
	pids(t, out, 1)
	if err := child.Stop(time.Hour); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	if string(rest) != "bye\n" || child.Status() != (machine.Status{Code: 3}) {
		t.Fatalf("output %q, status %+v", rest, child.Status())
	}
}

func TestStopAfterTheEndClearsWhatWasLeft(t *testing.T) {
	child, out := sh(t, `sleep 1000 >/dev/null & echo $!`, nil)
	ids := pids(t, out, 1)
	<-child.Done()
	if !machine.Alive(ids[0]) {
		t.Fatal("the background process should outlive the child until Stop")
	}
	if err := child.Stop(time.Hour); err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, ids)
}

func TestASecondStopOvertakesThePatientOne(t *testing.T) {
	child, out := sh(t, `trap '' TERM; echo $$; while :; do sleep 1000; done`, nil)
	ids := pids(t, out, 1)
	first := make(chan error)
	go func() { first <- child.Stop(time.Hour) }()
	if err := child.Stop(0); err != nil {
		t.Fatal(err)
	}
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, ids)
}

func TestAliveKnowsTheBootAndTheStart(t *testing.T) {
	self, err := machine.Self()
	if err != nil || !machine.Alive(self) {
		t.Fatalf("this process does not live: %v", err)
	}
	for _, wrong := range []machine.Identity{
		{PID: self.PID, Start: self.Start + 1, Boot: self.Boot},
		{PID: self.PID, Start: self.Start, Boot: self.Boot + "x"},
		{PID: -1, Start: self.Start, Boot: self.Boot},
		{},
	} {
		if machine.Alive(wrong) {
			t.Errorf("%+v lives", wrong)
		}
		// Nobody is harmed by an identity that is not true any more.
		if err := machine.EndTree(machine.Tree{Leader: wrong}, 0); err != nil {
			t.Errorf("EndTree(%+v) = %v", wrong, err)
		}
		if err := machine.Terminate(wrong); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Terminate(%+v) = %v", wrong, err)
		}
	}
}

func TestTerminateReachesOnlyTheProcess(t *testing.T) {
	child, out := sh(t, `sleep 1000 >/dev/null & echo $!; wait`, nil)
	ids := pids(t, out, 1)
	if err := machine.Terminate(child.Identity()); err != nil {
		t.Fatal(err)
	}
	if got := child.Status(); got.Signal != "SIGTERM" {
		t.Fatalf("status %+v", got)
	}
	if !machine.Alive(ids[0]) {
		t.Fatal("the descendant got the signal, too")
	}
}

// A file that this process got without close-on-exec, as a plugin or a web
// view would leave it, must not reach a child.
func TestNothingIsInherited(t *testing.T) {
	fd, err := syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	_, out := sh(t, fmt.Sprintf(`(: <&%d) 2>/dev/null && echo open || echo closed; ls /dev/fd | wc -l`, fd), nil)
	got, _ := io.ReadAll(out)
	// 0, 1, 2 and the folder that ls reads.
	if f := strings.Fields(string(got)); len(f) != 2 || f[0] != "closed" || f[1] != "4" {
		t.Fatalf("got %q", got)
	}
}

func init() {
	// starter ARGS: starts a script, says which process it is, and waits.
	roles["starter"] = func(args []string) int {
		start := machine.Start
		if args[0] == "detached" {
			start = machine.StartDetached
		}
		c, err := start(machine.Command{Args: []string{"/bin/sh", "-c", args[1]}, Stdout: os.Stdout})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(c.Identity().PID)
		io.ReadAll(os.Stdin)
		return 0
	}
}

// starter runs Start or StartDetached in another process, which can be killed.
func starter(t *testing.T, how, script string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, how, script)
	cmd.Env = append(os.Environ(), roleVariable+"=starter", machine.MarkVariable+"=outer")
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { stdin.Close(); cmd.Process.Kill(); cmd.Wait(); r.Close() })
	return cmd, bufio.NewReader(r)
}

// The starter dies by KILL and can do nothing more: its child, and what is in
// the child's group, die all the same.
func TestKilledStarterTakesTheGroupWithIt(t *testing.T) {
	cmd, out := starter(t, "bound", `sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 1000; done' & wait`)
	ids := pids(t, out, 2)
	cmd.Process.Kill()
	cmd.Wait()
	waitGone(ids)
}

func TestDetachedOutlivesItsStarter(t *testing.T) {
	cmd, out := starter(t, "detached", `echo "${VARVE_TREE-none}" >&2; exec sleep 1000`)
	ids := pids(t, out, 1)
	cmd.Process.Kill()
	cmd.Wait()
	if !machine.Alive(ids[0]) {
		t.Fatal("it died with its starter")
	}
	session, _ := syscall.Getpgid(ids[0].PID)
	if session != ids[0].PID {
		t.Errorf("group %d, want its own", session)
	}
	if err := machine.EndTree(machine.Tree{Leader: ids[0]}, time.Hour); err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, ids)
}
