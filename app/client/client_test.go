package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"dev.varve/app/client"
	"dev.varve/backend/fault"
)

// TestNoAnswerIsNoInterruption: that an owner does not answer in time is told
// from that a person has left, who means that what goes on is to be stopped.
func TestNoAnswerIsNoInterruption(t *testing.T) {
	asked, over := make(chan struct{}, 1), make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-over
	}))
	t.Cleanup(hanging.Close)
	t.Cleanup(func() { close(over) })
	c := client.New(hanging.URL, "")

	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(10*time.Millisecond))
	defer cancel()
	if err := c.Get(late, "/alive", nil, nil); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("no answer in time: %s, %v", fault.KindOf(err), err)
	}
	select { // it may have been too late even to ask
	case <-asked:
	default:
	}

	left, leave := context.WithCancel(t.Context())
	go func() {
		<-asked
		leave()
	}()
	if err := c.Get(left, "/alive", nil, nil); fault.KindOf(err) != fault.Cancelled {
		t.Errorf("a person left: %s, %v", fault.KindOf(err), err)
	}
}
