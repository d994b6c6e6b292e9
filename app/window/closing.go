package window

import (
	"sync"
	"time"

	"dev.varve/backend/fault"
)

// Closing says whether a person is asked before a window with runs closes.
type Closing struct {
	Ask bool `json:"ask"`
}

// ClosingQuestion is the event "closing": the window is to close, so many runs go
// on without it, and this ends with it.
type ClosingQuestion struct {
	Runs  int      `json:"runs"`
	Stops []string `json:"stops"`
}

// ClosingAnswer is what the page says to it: first that a person is asked, then
// what the person has decided.
type ClosingAnswer struct {
	// Shown means that the question is on the screen, and the answer will come.
	Shown bool `json:"shown,omitempty"`
	// Close means that the window may close, otherwise it stays.
	Close bool `json:"close,omitempty"`
	// Ask means that the next time a person is asked again.
	Ask bool `json:"ask,omitempty"`
}

func closingOf(a Asking) Closing { return Closing{Ask: a != nil && a.Asks()} }

func setClosing(a Asking, q Closing) error {
	if a == nil {
		return fault.New(fault.Unsupported, "this window never asks before it closes")
	}
	return a.SetAsks(q.Ask)
}

// notice is how long a page has to show the question. One that stands still
// cannot ask; and as runs go on in any case, the window then closes.
const notice = 3 * time.Second

// question is what the page asks a person, one at a time.
type question struct {
	mu      sync.Mutex
	answers chan ClosingAnswer // nil while nobody is asked
}

// put asks, and returns what the person said. Without a page that could ask, the
// window closes.
func (q *question) put(pages *events, left Leaving) ClosingAnswer {
	unasked := ClosingAnswer{Close: true, Ask: true}
	answers := make(chan ClosingAnswer, 2)
	q.set(answers)
	defer q.set(nil)
	if n, err := pages.tell("closing", ClosingQuestion{left.Runs, append([]string{}, left.Stops...)}); err != nil || n == 0 {
		return unasked
	}
	late := time.After(notice)
	for {
		select {
		case a := <-answers:
			if !a.Shown {
				return a
			}
			late = nil
		case <-late:
			return unasked
		}
	}
}

func (q *question) set(answers chan ClosingAnswer) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.answers = answers
}

// answer takes what the page says.
func (q *question) answer(a ClosingAnswer) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.answers == nil {
		return fault.New(fault.State, "the window does not want to close any more")
	}
	select {
	case q.answers <- a:
	default: // answered already
	}
	return nil
}

// reply answers in place of the person, who cannot any more. Whether to ask the
// next time is left as it is.
func (q *question) reply(closes bool) {
	_ = q.answer(ClosingAnswer{Close: closes, Ask: true}) // nobody is asked: nothing to answer
}
