package window

import (
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

// memory is an Asking without a disk.
type memory struct{ on bool }

func (m *memory) Asks() bool            { return m.on }
func (m *memory) SetAsks(on bool) error { m.on = on; return nil }

// asked puts a question to a page that plays back what it is given, and returns
// the outcome and what the page saw.
func asked(t *testing.T, q *question, answers ...ClosingAnswer) (ClosingAnswer, string) {
	t.Helper()
	pages := &events{}
	messages, stop := pages.listen()
	defer stop()
	outcome := make(chan ClosingAnswer)
	go func() { outcome <- q.put(pages, Leaving{Runs: 3, Stops: []string{"Add wine"}}) }()
	saw := string(<-messages)
	for _, a := range answers {
		if err := q.answer(a); err != nil {
			t.Error(err)
		}
	}
	return <-outcome, saw
}

func TestAQuestionIsAnswered(t *testing.T) {
	q := &question{}
	for _, want := range []ClosingAnswer{{Close: true, Ask: true}, {Close: true}, {Ask: true}, {}} {
		got, saw := asked(t, q, ClosingAnswer{Shown: true}, want)
		if got != want {
			t.Errorf("answered %+v, it is %+v", want, got)
		}
		if !strings.Contains(saw, "event: closing\n") || !strings.Contains(saw, `{"runs":3,"stops":["Add wine"]}`) {
			t.Errorf("the page saw %q", saw)
		}
	}
	if err := q.answer(ClosingAnswer{Close: true}); fault.KindOf(err) != fault.State {
		t.Errorf("an answer to nothing: %v", err)
	}
	q.reply(true) // no question, no harm
}

func TestTheAnswerOfAPageThatHasGone(t *testing.T) {
	q := &question{}
	pages := &events{}
	messages, stop := pages.listen()
	defer stop()
	outcome := make(chan ClosingAnswer)
	go func() { outcome <- q.put(pages, Leaving{Runs: 1}) }()
	<-messages
	if err := q.answer(ClosingAnswer{Shown: true}); err != nil {
		t.Fatal(err)
	}
	q.reply(false) // the page was loaded anew: the window stays, and asks again
	if got := <-outcome; got.Close || !got.Ask {
		t.Errorf("it is %+v", got)
	}
}

// TestNoPageToAsk: nothing is lost by closing, so a window without a page closes.
func TestNoPageToAsk(t *testing.T) {
	if got := (&question{}).put(&events{}, Leaving{Runs: 1}); !got.Close || !got.Ask {
		t.Errorf("it is %+v", got)
	}
}

func TestAPageThatStandsStill(t *testing.T) {
	pages := &events{}
	_, stop := pages.listen()
	defer stop()
	if got := (&question{}).put(pages, Leaving{Runs: 1}); !got.Close || !got.Ask {
		t.Errorf("it is %+v", got)
	}
}

func TestClosingAndWorkspace(t *testing.T) {
	d := &fakeDesktop{asks: &memory{on: true}}
	h := native(d, &events{}, nil)
	const kind = "application/json"
	if code, body := ask(t, h, "GET", "/native/closing", "", ""); code != 200 || body != `{"ask":true}` {
		t.Errorf("%d %s", code, body)
	}
	if code, body := ask(t, h, "POST", "/native/closing", kind, `{"ask":false}`); code != 200 || body != `{"ask":false}` || d.asks.Asks() {
		t.Errorf("%d %s", code, body)
	}
	if code, body := ask(t, h, "POST", "/native/closing/answer", kind, `{"close":true,"ask":true}`); code != 200 || !d.said.Close || !d.said.Ask {
		t.Errorf("%d %s: %+v", code, body, d.said)
	}
	if code, body := ask(t, h, "POST", "/native/workspace", kind, `{"path":"/lake","create":true}`); code != 200 || body != `{"raised":false}` || d.wanted != (WorkspaceRequest{"/lake", true}) {
		t.Errorf("%d %s: %+v", code, body, d.wanted)
	}
	d.err = fault.New(fault.Exists, "the folder /lake is not empty").WithHint("choose another")
	if code, body := ask(t, h, "POST", "/native/workspace", kind, `{"path":"/lake"}`); code == 200 || !strings.Contains(body, "is not empty") || !strings.Contains(body, "choose another") {
		t.Errorf("%d %s", code, body)
	}
	d.asks, d.err = nil, nil
	if code, body := ask(t, h, "GET", "/native/closing", "", ""); code != 200 || body != `{"ask":false}` {
		t.Errorf("%d %s", code, body)
	}
	if code, _ := ask(t, h, "POST", "/native/closing", kind, `{"ask":true}`); code != 501 {
		t.Errorf("%d", code)
	}
}
