package table

import (
	"strconv"
	"strings"
	"testing"
)

// Texts of all lengths are found again, those longer than a page among them.
func TestWordsOfAllLengths(t *testing.T) {
	w := newWords(0)
	text := func(i int) string { return strings.Repeat(strconv.Itoa(i), i*i%3000) }
	long := strings.Repeat("x", 3*mostPage)
	codes := map[string]uint32{}
	enter := func(text string) {
		code, fresh := w.enter(text, false)
		if before, known := codes[text]; known == fresh || known && before != code {
			t.Fatalf("%.20q: code %d, new %v; it had %d, %v", text, code, fresh, before, known)
		}
		w.list[code].rows++
		codes[text] = code
	}
	for range 2 {
		for i := range 2000 {
			enter(text(i))
		}
		enter(long)
	}
	for text, code := range codes {
		if got := w.text(code); got != text {
			t.Fatalf("code %d: %.20q, want %.20q", code, got, text)
		}
	}
}

// A beginning is another text than one that is as long and whole.
func TestABeginningIsNoWholeText(t *testing.T) {
	w := newWords(0)
	whole, _ := w.enter("abc", false)
	long, fresh := w.enter("abc", true)
	if !fresh || whole == long || w.list[whole].long() || !w.list[long].long() || w.text(long) != "abc" {
		t.Errorf("codes %d and %d, %+v", whole, long, w.list)
	}
}

// Texts that nobody had any more are alike in a column that was read; one of
// them that comes back has one code.
func TestATextThatComesBackHasOneCode(t *testing.T) {
	table := New()
	for i := range 100 {
		row := table.Add()
		table.SetText(model, row, strconv.Itoa(i), false)
		if i%2 == 0 {
			table.ClearText(model, row)
		}
	}
	read, err := ReadRows(table.AppendRows(nil))
	if err == nil {
		err = read.ReadColumn(table.AppendColumn(nil, model, table.Rows()))
	}
	if err != nil {
		t.Fatal(err)
	}
	for row := range 100 {
		if row%2 == 0 {
			read.SetText(model, row, "", false)
		}
	}
	column := read.Texts(model)
	if code := column.Code(0); column.Rows(code) != 50 {
		t.Errorf("the empty text has %d rows under its code, want 50", column.Rows(code))
	}
}
