package lock_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/storage/lock"
)

const roleVariable = "VARVE_TEST_ROLE"

// This test program is also the other process that a test starts.
func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		os.Exit(m.Run())
	case "holder":
		os.Exit(holder(os.Args[1]))
	case "counter":
		os.Exit(counter(os.Args[1], os.Args[2]))
	}
	os.Exit(99)
}

// holder takes a lock, says so, and keeps it until its input ends.
func holder(path string) int {
	l, err := lock.Try(path)
	if err != nil {
		fmt.Println(fault.KindOf(err))
		return 0
	}
	fmt.Println("held")
	io.ReadAll(os.Stdin)
	l.Release()
	return 0
}

// counter adds one to a number in a file, many times, without any other
// protection than the lock.
func counter(path, file string) int {
	for range 50 {
		l, err := lock.Wait(context.Background(), path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		data, _ := os.ReadFile(file)
		n, _ := strconv.Atoi(string(data))
		if err := os.WriteFile(file, []byte(strconv.Itoa(n+1)), 0o600); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		l.Release()
	}
	return 0
}

func other(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

// hold starts a holder and returns what it said and its input.
func hold(t *testing.T, path string) (*exec.Cmd, string, io.Closer) {
	t.Helper()
	cmd := other(t, "holder", path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, line[:len(line)-1], in
}

func TestOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	l, err := lock.Try(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Try(path); fault.KindOf(err) != fault.Locked {
		t.Fatalf("a second time in one process: %v", err)
	}
	if _, said, _ := hold(t, path); said != string(fault.Locked) {
		t.Fatalf("another process: %s", said)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	if err := l.Release(); err != nil {
		t.Fatalf("releasing again: %v", err)
	}
	if _, said, _ := hold(t, path); said != "held" {
		t.Fatalf("after the release: %s", said)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the file is not there any more: %v", err)
	}
}

func TestKilledHolderReleases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	for range 20 {
		cmd, said, _ := hold(t, path)
		if said != "held" {
			t.Fatal(said)
		}
		if _, err := lock.Try(path); fault.KindOf(err) != fault.Locked {
			t.Fatalf("held by another process: %v", err)
		}
		cmd.Process.Kill()
		cmd.Wait()
		l, err := lock.Try(path)
		if err != nil {
			t.Fatalf("after the kill: %v", err)
		}
		l.Release()
	}
}

func TestWaiterGetsItWhenTheHolderEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	_, _, in := hold(t, path)
	got := make(chan error)
	go func() {
		l, err := lock.Wait(t.Context(), path)
		if err == nil {
			err = l.Release()
		}
		got <- err
	}()
	in.Close()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
}

func TestWaitIsGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	l, err := lock.Try(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error)
	go func() {
		_, err := lock.Wait(ctx, path)
		got <- err
	}()
	cancel()
	if err := <-got; fault.KindOf(err) != fault.Cancelled {
		t.Fatal(err)
	}
}

// A child that lives on does not keep the lock of its parent.
func TestNotInherited(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	l, err := lock.Try(path)
	if err != nil {
		t.Fatal(err)
	}
	_, said, _ := hold(t, filepath.Join(t.TempDir(), "another"))
	if said != "held" {
		t.Fatal(said)
	}
	l.Release()
	again, err := lock.Try(path)
	if err != nil {
		t.Fatalf("while a child of the former holder lives: %v", err)
	}
	again.Release()
}

func TestDeletedFileIsNotTakenForTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	l, err := lock.Try(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	if err := os.Remove(path); err != nil {
		t.Skipf("this system keeps open files: %v", err)
	}
	second, err := lock.Try(path)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Release()
	if _, err := lock.Try(path); fault.KindOf(err) != fault.Locked {
		t.Fatalf("the new file is held: %v", err)
	}
}

func TestKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	take := func() *lock.Lock {
		l, err := lock.Try(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Release() })
		if !l.Kept() {
			t.Fatal("a lock that was just taken is not kept")
		}
		return l
	}
	removed := take()
	if err := os.Remove(path); err != nil {
		t.Skipf("this system keeps open files: %v", err)
	}
	if removed.Kept() {
		t.Error("the file was removed, and the lock counts as kept")
	}
	second := take()
	if removed.Kept() {
		t.Error("another file has the name, and the lock counts as kept")
	}
	second.Release()
	if second.Kept() {
		t.Error("a released lock counts as kept")
	}
}

func TestManyProcessesExcludeEachOther(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "lock"), filepath.Join(dir, "count")
	var all []*exec.Cmd
	for range 6 {
		cmd := other(t, "counter", path, file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	if data, _ := os.ReadFile(file); string(data) != "300" {
		t.Fatalf("counted %s, want 300", data)
	}
}

func TestMissingFolderAndFolderInItsPlace(t *testing.T) {
	dir := t.TempDir()
	if _, err := lock.Try(filepath.Join(dir, "none", "lock")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("missing folder: %v", err)
	}
	if _, err := lock.Try(dir); err == nil {
		t.Error("a folder was locked as a file")
	}
}
