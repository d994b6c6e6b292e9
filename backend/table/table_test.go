package table

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	loss  = Key{1, "loss"}
	model = Key{2, "model"}
)

// plain is what a table should hold.
type plain struct {
	numbers map[int]float64
	texts   map[int]string
	present map[int]bool
	rows    int
}

func TestTableHoldsWhatWasPutIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, want := New(), plain{numbers: map[int]float64{}, texts: map[int]string{}, present: map[int]bool{}}
		row := rapid.Custom(func(t *rapid.T) int { return rapid.IntRange(0, max(want.rows-1, 0)).Draw(t, "row") })
		for range rapid.IntRange(1, 3).Draw(t, "first") * 700 {
			want.present[table.Add()], want.rows = true, want.rows+1
		}
		fill := func(every int, do func(r int)) {
			for r := 0; r < want.rows; r += every {
				if want.present[r] {
					do(r)
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(*rapid.T) {
				want.present[table.Add()] = true
				want.rows++
			},
			"remove": func(t *rapid.T) {
				r := row.Draw(t, "r")
				table.Remove(r)
				delete(want.numbers, r)
				delete(want.texts, r)
				delete(want.present, r)
			},
			"numbers": func(t *rapid.T) {
				value := rapid.SampledFrom([]float64{0, 1, -1, math.Inf(1)}).Draw(t, "value")
				fill(rapid.IntRange(1, 400).Draw(t, "every"), func(r int) {
					table.SetNumber(loss, r, value)
					want.numbers[r] = value
				})
			},
			"texts": func(t *rapid.T) {
				text := rapid.SampledFrom([]string{"", "a", "b", strings.Repeat("c", LongText)}).Draw(t, "text")
				fill(rapid.IntRange(1, 400).Draw(t, "every"), func(r int) {
					table.SetText(model, r, text, false)
					want.texts[r] = text
				})
			},
			"clear": func(t *rapid.T) {
				fill(rapid.IntRange(1, 400).Draw(t, "every"), func(r int) {
					table.ClearNumber(loss, r)
					table.ClearText(model, r)
					delete(want.numbers, r)
					delete(want.texts, r)
				})
			},
			"": func(t *rapid.T) {
				same(t, table, want)
				same(t, restored(t, table), want)
			},
			"restore": func(t *rapid.T) { table = restored(t, table) },
		})
	})
}

// restored is the table that comes back from its bytes.
func restored(t *rapid.T, table *Table) *Table {
	again, err := ReadRows(table.AppendRows(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range table.Columns() {
		if err := again.ReadColumn(table.AppendColumn(nil, key, table.Rows())); err != nil {
			t.Fatal(err)
		}
	}
	return again
}

func same(t *rapid.T, table *Table, want plain) {
	numbers, texts := table.Numbers(loss), table.Texts(model)
	if table.Rows() != want.rows || numbers.Len() != len(want.numbers) || texts.Len() != len(want.texts) {
		t.Fatalf("%d rows, %d numbers, %d texts; want %d, %d, %d", table.Rows(), numbers.Len(), texts.Len(), want.rows, len(want.numbers), len(want.texts))
	}
	for r := range want.rows {
		number, ok := numbers.Get(r)
		if w, has := want.numbers[r]; ok != has || number != w && ok {
			t.Fatalf("number of row %d is %v %v, want %v %v", r, number, ok, w, has)
		}
		text, long, ok := texts.Get(r)
		if w, has := want.texts[r]; ok != has || text != w || long {
			t.Fatalf("text of row %d is %q %v, want %q %v", r, text, ok, w, has)
		}
		if table.Has(r) != want.present[r] {
			t.Fatalf("row %d is there: %v", r, table.Has(r))
		}
	}
	sameBlocks(t, table, want)
}

// sameBlocks reads the columns as a scan does.
func sameBlocks(t *rapid.T, table *Table, want plain) {
	numbers, texts := map[int]float64{}, map[int]string{}
	for b := range table.Blocks() {
		numbered, worded := table.Numbers(loss).Bits(b), table.Texts(model).Bits(b)
		for r := b * BlockRows; r < min((b+1)*BlockRows, want.rows); r++ {
			_, number := want.numbers[r]
			_, text := want.texts[r]
			if numbered.Has(r%BlockRows) != number || worded.Has(r%BlockRows) != text {
				t.Fatalf("the bits of row %d are %v and %v, want %v and %v", r, numbered.Has(r%BlockRows), worded.Has(r%BlockRows), number, text)
			}
		}
		block := table.Numbers(loss).Block(b)
		for k, i := range block.At {
			numbers[b*BlockRows+int(i)] = block.Values[k]
		}
		if block.Has != nil {
			block.Has.Each(func(i int) { numbers[b*BlockRows+i] = block.Values[i] })
		}
		codes := table.Texts(model).Block(b)
		for k, code := range codes.Codes {
			i := k
			if codes.At != nil {
				i = int(codes.At[k])
			}
			if code != 0 {
				texts[b*BlockRows+i], _ = table.Texts(model).Text(code)
			}
		}
	}
	if len(numbers) != len(want.numbers) || len(texts) != len(want.texts) {
		t.Fatalf("blocks hold %d numbers and %d texts, want %d and %d", len(numbers), len(texts), len(want.numbers), len(want.texts))
	}
	for r, w := range want.numbers {
		if numbers[r] != w {
			t.Fatalf("number of row %d in its block is %v, want %v", r, numbers[r], w)
		}
	}
	for r, w := range want.texts {
		if texts[r] != w {
			t.Fatalf("text of row %d in its block is %q, want %q", r, texts[r], w)
		}
	}
}

func TestALongTextIsKeptByItsBeginning(t *testing.T) {
	table := New()
	text := strings.Repeat("ä", LongText)
	table.SetText(model, table.Add(), text, false)
	table.SetText(model, table.Add(), text[:LongText], false)
	table.SetText(model, table.Add(), text, true)
	for row, want := range []struct {
		text string
		long bool
	}{{text[:LongText], true}, {text[:LongText], false}, {text, false}} {
		if got, long, ok := table.Texts(model).Get(row); got != want.text || long != want.long || !ok {
			t.Errorf("row %d: %d bytes, long %v, there %v", row, len(got), long, ok)
		}
	}
}

// A tag that changes all the time must not fill memory with what it was.
func TestTheDictionaryForgetsWhatNobodyHas(t *testing.T) {
	table := New()
	row, other := table.Add(), table.Add()
	table.SetText(model, other, "stays", false)
	for i := range 100_000 {
		table.SetText(model, row, strconv.Itoa(i), false)
	}
	if n := table.Texts(model).Codes(); n > 3*manyUnused {
		t.Errorf("%d codes for two rows", n)
	}
	if text, _, _ := table.Texts(model).Get(other); text != "stays" {
		t.Errorf("the other row now has %q", text)
	}
}

func TestKeysNamesColumnsThatAreNotEmpty(t *testing.T) {
	table := New()
	row := table.Add()
	table.SetNumber(Key{1, "b"}, row, 1)
	table.SetNumber(Key{1, "a"}, row, 1)
	table.SetText(Key{1, "a"}, row, "", false)
	table.SetNumber(Key{1, "c"}, row, 1)
	table.ClearNumber(Key{1, "c"}, row)
	table.SetText(Key{2, "d"}, row, "", false)
	if got := table.Keys(1); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("keys %q", got)
	}
}

// While a table is written, column by column, rows are added: they are left out.
func TestColumnsWithoutLaterRows(t *testing.T) {
	table := New()
	for i := range 3000 {
		table.SetNumber(loss, table.Add(), float64(i))
		if i%20 == 0 {
			table.SetText(model, i, "m", false)
		}
	}
	again, err := ReadRows(table.AppendRows(nil))
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		row := table.Add()
		table.SetNumber(loss, row, 1)
		table.SetText(model, row, "later", false)
	}
	for _, key := range table.Columns() {
		if err := again.ReadColumn(table.AppendColumn(nil, key, 3000)); err != nil {
			t.Fatal(err)
		}
	}
	if n, texts := again.Numbers(loss).Len(), again.Texts(model).Len(); n != 3000 || texts != 150 || again.Len() != 3000 {
		t.Errorf("%d rows with %d numbers and %d texts", again.Len(), n, texts)
	}
}

func FuzzColumn(f *testing.F) {
	table := New()
	for i := range 300 {
		row := table.Add()
		table.SetNumber(loss, row, float64(i))
		table.SetText(model, row, strconv.Itoa(i%7), false)
	}
	table.SetNumber(Key{3, "few"}, 7, 1)
	f.Add(table.AppendRows(nil), table.AppendColumn(nil, loss, 300))
	f.Add(table.AppendRows(nil), table.AppendColumn(nil, model, 300))
	f.Add(table.AppendRows(nil), table.AppendColumn(nil, Key{3, "few"}, 300))
	f.Fuzz(func(t *testing.T, rows, column []byte) {
		table, err := ReadRows(rows)
		if err != nil || table.Rows() > 10_000 || table.ReadColumn(column) != nil {
			return
		}
		for _, key := range table.Columns() {
			for row := range table.Rows() {
				table.Numbers(key).Get(row)
				table.Texts(key).Get(row)
			}
		}
		table.SetText(model, table.Add(), "new", false)
		table.SetNumber(loss, 0, 1)
		for row := range table.Rows() {
			table.Remove(row)
		}
	})
}
