package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

// scene is a folder, and what happens to it at which second.
type scene struct {
	*contenttest.Files
	now    time.Time
	events map[int]func()
	gone   error
	took   time.Duration // that a look takes
	log    []string
	fails  error
	until  int
	end    context.CancelFunc
}

func (s *scene) Now() time.Time { return s.now }

func (s *scene) second() int { return int(s.now.Sub(time.Unix(1000, 0)) / time.Second) }

func (s *scene) Open(ctx context.Context) (content.SourceFolder, string, error) {
	s.now = s.now.Add(s.took)
	if s.gone != nil {
		return nil, "", s.gone
	}
	return s.Files.Open(ctx)
}

func (s *scene) say(text string, args ...any) {
	s.log = append(s.log, fmt.Sprintf("%d ", s.second())+fmt.Sprintf(text, args...))
}

// play runs a watch with 10 s of quiet, and returns what it did.
func (s *scene) play(t *testing.T, until int, quiet time.Duration) ([]string, error) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	defer end()
	s.now, s.until, s.end = time.Unix(1000, 0), until, end
	w := Watch{
		Source: s, Quiet: quiet, Clock: s,
		Wait: func(_ context.Context, d time.Duration) {
			for range d / time.Second {
				s.now = s.now.Add(time.Second)
				if do := s.events[s.second()]; do != nil {
					do()
				}
			}
			if s.second() >= s.until {
				end()
			}
		},
		Add: func(context.Context) error {
			s.say("add %d", len(s.Items))
			return s.fails
		},
		Tell: func(n News) { s.say("%s", []string{"moving", "empty", "away", "back", "failed"}[n.What]) },
	}
	err := w.Run(ctx)
	return s.log, err
}

func newScene() *scene {
	return &scene{Files: contenttest.NewFiles(map[string]string{"a": "1", "sub/b": "2"}), events: map[int]func(){}}
}

func (s *scene) put(name, text string) {
	s.Items[name] = &contenttest.Item{Data: []byte(text), ModTime: s.now}
}

// What lies there counts as changed; then each change does, once it is quiet.
func TestQuiet(t *testing.T) {
	s := newScene()
	s.events = map[int]func(){
		30: func() { s.put("c", "3") }, 38: func() { s.put("c", "4") }, 46: func() { s.put("sub/d", "5") },
		80: func() { delete(s.Items, "c") },
	}
	n := len(s.Items)
	want := []string{fmt.Sprintf("10 add %d", n), "30 moving", fmt.Sprintf("56 add %d", n+2), "80 moving", fmt.Sprintf("90 add %d", n+1)}
	if log, err := s.play(t, 150, 10*time.Second); err != nil || !slices.Equal(log, want) {
		t.Errorf("%q, %v\nwant %q", log, err, want)
	}
}

// A disk that is taken away, and a folder that is emptied, are no versions.
func TestAwayAndEmpty(t *testing.T) {
	s := newScene()
	n := len(s.Items)
	all := s.Files
	s.events = map[int]func(){
		20: func() { s.gone = fault.New(fault.NotFound, "gone") }, 40: func() { s.gone = nil },
		60: func() { s.Files = contenttest.NewFiles(nil) }, 90: func() { s.Files = all },
	}
	want := []string{fmt.Sprintf("10 add %d", n), "20 away", "40 back", "60 empty", "90 moving", fmt.Sprintf("100 add %d", n)}
	if log, err := s.play(t, 150, 10*time.Second); err != nil || !slices.Equal(log, want) {
		t.Errorf("%q, %v\nwant %q", log, err, want)
	}
}

// What may go better is tried again; what will not, waits for a change; what never
// will, ends it.
func TestFailures(t *testing.T) {
	s := newScene()
	s.fails = fault.New(fault.NoSpace, "full")
	s.events[25] = func() { s.fails = nil }
	if log, err := s.play(t, 60, 10*time.Second); err != nil || strings.Join(log, ",") != "10 add 2,10 failed,20 add 2,20 failed,30 add 2" {
		t.Errorf("on a full disk: %q, %v", log, err)
	}
	s = newScene()
	s.fails = fault.New(fault.Unsupported, "a pipe")
	s.events[40] = func() { s.put("c", "3"); s.fails = nil }
	if log, err := s.play(t, 80, 10*time.Second); err != nil || strings.Join(log, ",") != "10 add 2,10 failed,40 moving,50 add 3" {
		t.Errorf("with a pipe: %q, %v", log, err)
	}
	s = newScene()
	s.fails = fault.New(fault.Invalid, "the name")
	if _, err := s.play(t, 80, 10*time.Second); !errors.Is(err, fault.Invalid) {
		t.Errorf("with a wrong name: %v", err)
	}
	s = newScene()
	s.gone = fault.New(fault.NotFound, "nothing is there")
	if _, err := s.play(t, 80, 10*time.Second); !errors.Is(err, fault.NotFound) {
		t.Errorf("of nothing: %v", err)
	}
	if _, err := newScene().play(t, 80, time.Millisecond); !errors.Is(err, fault.Invalid) {
		t.Errorf("without quiet: %v", err)
	}
}

// Large folders are looked at more seldom.
func TestPause(t *testing.T) {
	for _, c := range []struct{ quiet, took, want time.Duration }{
		{time.Second, 0, time.Second}, {30 * time.Second, 0, 6 * time.Second}, {time.Hour, 0, 10 * time.Second}, {30 * time.Second, 2 * time.Second, 40 * time.Second},
	} {
		if got := pause(c.quiet, c.took); got != c.want {
			t.Errorf("%v after %v: %v, want %v", c.quiet, c.took, got, c.want)
		}
	}
}

// Whatever is changed is seen.
func TestLook(t *testing.T) {
	s := newScene()
	s.now = time.Unix(1000, 0)
	seen := map[Seen]string{}
	look := func(what string) {
		t.Helper()
		one, err := look(t.Context(), s.Files)
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := seen[one]; ok {
			t.Errorf("%s looks like %s", what, before)
		}
		seen[one] = what
	}
	look("the beginning")
	s.put("a", "1")
	look("a time")
	s.put("a", "22")
	look("a size")
	s.Items["ab"] = s.Items["a"]
	delete(s.Items, "a")
	look("a name")
	s.Items["ab"].Mode = 0o600
	look("a mode")
	s.Items["x"] = &contenttest.Item{Type: content.Folder}
	look("a folder")
}
