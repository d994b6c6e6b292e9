package jsontext_test

import (
	"fmt"
	"testing"
	"unsafe"

	"dev.varve/backend/jsontext"
)

func TestCursor(t *testing.T) {
	c := jsontext.Cursor{Rest: []byte(" \t\r\n{ \"a\"")}
	if c.Next() != '{' || c.Take('[') || !c.Take('{') || c.Next() != '"' || string(c.Rest) != `"a"` {
		t.Errorf("%q is left", c.Rest)
	}
	c.Rest = []byte("  ")
	if c.Next() != 0 || c.Take('}') || len(c.Rest) != 0 {
		t.Errorf("at the end, %q is left", c.Rest)
	}
}

func TestNames(t *testing.T) {
	var n jsontext.Names
	a, b := n.Of([]byte("loss")), n.Of([]byte("loss"))
	if a != "loss" || unsafe.StringData(a) != unsafe.StringData(b) {
		t.Errorf("%q and %q are two strings", a, b)
	}
	for i := range 10_000 { // more than are kept
		if name := fmt.Sprint(i); n.Of([]byte(name)) != name {
			t.Errorf("%s is called otherwise", name)
		}
	}
}
