package machine

import (
	"bufio"
	"fmt"
	"net"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

func TestStatOfHostileNames(t *testing.T) {
	const tail = " S 10 20 30 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2"
	for _, name := range []string{"sh", "a b", "a) S 1 1 1", "((", ""} {
		p, err := parseStat(5, []byte("5 ("+name+")"+tail))
		if want := (process{pid: 5, parent: 10, group: 20, start: 987654}); err != nil || p != want {
			t.Errorf("%q: %+v, %v", name, p, err)
		}
	}
	for _, bad := range []string{"", "5", "5 (sh) S 1 2", "5 (sh) S x 20 30 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2"} {
		if _, err := parseStat(5, []byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestMarkDescriptorsWithoutTheNewCall(t *testing.T) {
	if err := markDescriptors(); err != nil {
		t.Fatal(err)
	}
}

// A number that another process uses by now does not stand for the old group.
func TestReusedNumberIsNotOurs(t *testing.T) {
	child, err := Start(Command{Args: []string{"sleep", "1000"}})
	if err != nil {
		t.Fatal(err)
	}
	defer child.Stop(0)
	old := child.Identity()
	old.Start--
	if err := EndTree(Tree{Leader: old}, 0); err != nil {
		t.Fatal(err)
	}
	if !Alive(child.Identity()) {
		t.Fatal("a younger process of the same number was ended")
	}
}

// A shell has a connection, and so has a child that it forked; the child of that has become
// another program that has none. Whoever of them is seen, the shell is meant.
func TestChildrenOnlyInheritAConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	const script = `exec 9<>/dev/tcp/127.0.0.1/$0; (sleep 1000 9>&- & echo $!; wait) & child=$!; echo $child; echo $$; wait`
	shell := exec.Command("bash", "-c", script, fmt.Sprint(port))
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := shell.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) // all three
		_ = shell.Wait()
	})
	pids := map[int]bool{}
	for lines := bufio.NewScanner(out); len(pids) < 3 && lines.Scan(); {
		var pid int
		if _, err := fmt.Sscan(lines.Text(), &pid); err != nil {
			t.Fatal(err)
		}
		pids[pid] = true
	}
	without := func() (n int) {
		for pid := range pids {
			who, has := opener(pid, 9)
			if !has {
				n++
			} else if who != shell.Process.Pid {
				t.Errorf("seen at %d, the connection is said to be that of %d; the shell is %d", pid, who, shell.Process.Pid)
			}
		}
		return n
	}
	// The program closes it a moment after it was forked.
	for until := time.Now().Add(10 * time.Second); without() == 0 && time.Now().Before(until); time.Sleep(time.Millisecond) {
	}
	if n := without(); len(pids) != 3 || n != 1 {
		t.Errorf("%d of %v have no connection", n, pids)
	}
	callers, err := Callers(port)
	if err != nil || len(callers) != 1 {
		t.Fatalf("%v, %v", callers, err)
	}
	for _, c := range callers {
		if c.PID != shell.Process.Pid || c.Name != "bash" {
			t.Errorf("the caller is %v", c)
		}
	}
}
