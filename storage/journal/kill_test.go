package journal_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
)

const (
	childFolder = "VARVE_TEST_JOURNAL" // set in a child that appends until it is killed
	childFirst  = "VARVE_TEST_FIRST"   // its first value
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		fmt.Fprintln(os.Stderr, appendForever(folder))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

var kills = flag.Int("kills", 60, "processes that are killed")

// appendForever is the child: eight clients that print each value when it is
// acknowledged.
func appendForever(folder string) error {
	first, err := strconv.ParseInt(os.Getenv(childFirst), 10, 64)
	if err != nil {
		return err
	}
	c := config(disk.OS{}, folder, writer)
	c.Random, c.First = rand.Reader, 16<<10
	l, _, err := journal.Open(c, nil)
	if err != nil {
		return err
	}
	var next atomic.Int64
	next.Store(first)
	failed := make(chan error)
	for range 8 {
		go func() {
			for {
				n := int(next.Add(1))
				events, err := l.Append(context.Background(), draft(n, n%500))
				if err != nil {
					failed <- err
					return
				}
				fmt.Printf("%d %d\n", events[0].ID.Seq, n)
			}
		}()
	}
	return <-failed
}

// ledger is what the children were promised, and what a follower has seen.
type ledger struct {
	folder   string
	promised map[uint64]int // value by sequence number
	at       journal.Position
	followed map[uint64]int
}

// A real process is killed at a random moment, many times, while another one
// follows its log. Everything that was acknowledged is there afterwards.
func TestKilledProcessesLoseNothing(t *testing.T) {
	seed := mrand.Uint64()
	t.Logf("seed %d", seed)
	rnd := mrand.New(mrand.NewPCG(seed, 0))
	b := &ledger{folder: t.TempDir() + "/w", promised: map[uint64]int{}, followed: map[uint64]int{}}
	for round := range *kills {
		b.round(t, round, rnd.IntN(150))
		b.follow(t, false)
		for seq, n := range b.promised {
			if b.followed[seq] != n {
				t.Fatalf("round %d: event %d with value %d was acknowledged and is lost", round, seq, n)
			}
		}
	}
	end, all := b.at, b.followed
	b.at, b.followed = journal.Position{}, map[uint64]int{}
	b.follow(t, false)
	if b.at != end || len(b.followed) != len(all) {
		t.Errorf("following: %d events, %+v; all at once: %d events, %+v", len(all), end, len(b.followed), b.at)
	}
	err := journal.Verify(disk.OS{}, b.folder, writer, func(d journal.Damage) { t.Errorf("damage %+v", d) })
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d processes killed; %d events acknowledged, %d found", *kills, len(b.promised), len(all))
	if len(b.promised) == 0 {
		t.Error("nothing was ever acknowledged")
	}
}

// round starts a child and kills it when it has acknowledged some more events.
func (b *ledger) round(t *testing.T, round, acks int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childFolder+"="+b.folder, fmt.Sprintf("%s=%d", childFirst, (round+1)*1_000_000))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var kill sync.Once
	stop := func() { kill.Do(func() { _ = child.Process.Kill() }) }
	defer stop()
	if acks == 0 {
		stop() // perhaps before it has opened its log
	}
	lines := bufio.NewReader(out)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) { // a line that was cut off promised nothing
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var seq uint64
		var value int
		if _, err := fmt.Sscan(line, &seq, &value); err != nil {
			t.Fatalf("the child said %q: %v", line, err)
		}
		if old, ok := b.promised[seq]; ok {
			t.Fatalf("sequence number %d was given to %d and to %d", seq, old, value)
		}
		b.promised[seq] = value
		if n%40 == 0 {
			b.follow(t, true)
		}
		if n == acks {
			stop()
		}
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
}

// follow reads what is new.
func (b *ledger) follow(t *testing.T, live bool) {
	t.Helper()
	opts := journal.Options{Live: live, OnDamage: func(d journal.Damage) { t.Errorf("live %v: damage %+v", live, d) }}
	end, err := journal.Read(disk.OS{}, b.folder, writer, b.at, opts, func(e *event.Event) error {
		if _, ok := b.followed[e.ID.Seq]; ok {
			return fmt.Errorf("event %d twice", e.ID.Seq)
		}
		b.followed[e.ID.Seq] = value(t, e)
		return nil
	})
	if err != nil && !errors.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	b.at = end
}
