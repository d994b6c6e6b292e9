package door_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"os"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/track"
)

// npy is a NumPy array of whole numbers.
func npy(values ...uint16) string {
	head := fmt.Sprintf("{'descr': '<u2', 'fortran_order': False, 'shape': (%d,), }\n", len(values))
	out := append([]byte("\x93NUMPY\x01\x00"), byte(len(head)), 0)
	out = append(out, head...)
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	return string(out)
}

func parquetFile(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../backend/sheet/testdata/zstd.parquet")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func at(version, what, path string) string {
	return version + "/" + what + "?" + url.Values{"path": {path}}.Encode()
}

func TestPreviews(t *testing.T) {
	h := newHouse(t)
	one := h.lay(contenttest.NewFiles(map[string]string{
		"wine.csv": "id,acid,grape\n1,3.5,pinot\n2,,riesling\n3,4.5,pinot\n", "caf\xe9.tsv": "a\tb\n1\t2\n", "a.npy": npy(1, 2, 6), "t.parquet": parquetFile(t),
		"note.txt": "hello", "bad.parquet": "PAR1xxxxPAR1", "bad.npy": "x", "empty.csv": "", "cut.csv": "a\n1\n\"2\n",
	}))
	var p api.FilePreview
	h.get(at(one, "preview", "wine.csv"), &p)
	if p.Table == nil || p.Table.Rows != 3 || p.Table.More || p.Table.Separator != "comma" || len(p.Table.First) != 3 || strings.Join(p.Table.First[1], "|") != "2||riesling" {
		t.Fatalf("%+v", p.Table)
	}
	acid, grape := p.Table.Columns[1], p.Table.Columns[2]
	if acid.Type != "number" || acid.Missing != 1 || acid.Numbers == nil || acid.Numbers.Mean != 4 || acid.Numbers.Quantiles[2] != 4 || len(acid.Numbers.Bins) != 1 {
		t.Errorf("%+v %+v", acid, acid.Numbers)
	}
	if grape.Numbers != nil || len(grape.Common) != 2 || grape.Common[0] != (api.CategoryCount{Text: "pinot", Count: 2}) {
		t.Errorf("%+v", grape)
	}
	var few api.FilePreview
	if h.get(at(one, "preview", "wine.csv")+"&rows=1", &few); len(few.Table.First) != 1 || few.Table.Rows != 3 {
		t.Errorf("%+v", few.Table)
	}
	var named, parquet, arrays, text, cut, empty api.FilePreview
	if h.get(at(one, "preview", `caf\xe9.tsv`), &named); named.Table.Separator != "tab" {
		t.Errorf("%+v", named.Table)
	}
	if h.get(at(one, "preview", "t.parquet"), &parquet); parquet.Table.Kind != "Parquet" || parquet.Table.Rows != 3 || len(parquet.Table.Columns) != 19 || parquet.Table.Columns[1].Declared == "" {
		t.Errorf("%+v", parquet.Table)
	}
	if h.get(at(one, "preview", "a.npy"), &arrays); len(arrays.Arrays) != 1 || arrays.Arrays[0].Mean != 3 || arrays.Arrays[0].Type != "uint16" {
		t.Errorf("%+v", arrays)
	}
	if h.get(at(one, "preview", "note.txt"), &text); text.Size != 5 || text.Table != nil || text.Arrays != nil {
		t.Errorf("%+v", text)
	}
	if h.get(at(one, "preview", "cut.csv"), &cut); cut.Table.Rows != 1 || !strings.Contains(cut.Table.Broken, "quotation mark") {
		t.Errorf("%+v", cut.Table)
	}
	if h.get(at(one, "preview", "empty.csv"), &empty); empty.Table.Rows != 0 || len(empty.Table.Columns) != 0 {
		t.Errorf("%+v", empty.Table)
	}
	for path, status := range map[string]int{"bad.parquet": 400, "bad.npy": 400, "nowhere.csv": 404} {
		if p := h.problem("GET", at(one, "preview", path), "", status); p.Title == "" {
			t.Errorf("%s: %+v", path, p)
		}
	}

	w := h.do(request("GET", prefix+at(one, "file", "note.txt"), ""))
	if w.Code != 200 || w.Body.String() != "hello" || !strings.Contains(w.Header().Get("Content-Disposition"), "note.txt") {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	h.problem("GET", at(one, "file", "nowhere"), "", 404)
}

func TestArtifactPreview(t *testing.T) {
	h := newHouse(t)
	run := h.run(track.NewRun{})
	h.put(track.Owner{Run: run}, "eval/table.csv", "a\n1\n2\n")
	var p api.FilePreview
	if h.get("/runs/"+run+"/preview?path=eval/table.csv", &p); p.Table == nil || p.Table.Rows != 2 || p.Path != "eval/table.csv" {
		t.Errorf("%+v", p)
	}
}

func TestDataValues(t *testing.T) {
	h := newHouse(t)
	h.lay(contenttest.NewFiles(map[string]string{
		"wine.csv": "id,acid,old\n1,3.5,x\n2,4,x\n3,5,x\n", "a.npy": npy(1, 2, 6), "note.txt": "hello\n", "big.xlsx": "",
	}))
	two := h.lay(contenttest.NewFiles(map[string]string{
		"wine.csv": "id,acid,new\n1,3.5,y\n3,6,y\n4,7,y\n", "a.npy": npy(1, 2, 9), "note.txt": "bye\n", "big.xlsx": "",
	}))
	var c api.DataChanges
	h.get(two+"/changes", &c)
	var kinds []string
	for _, one := range c.Changes {
		kinds = append(kinds, one.Path+" "+one.Values)
	}
	if got := strings.Join(kinds, ", "); got != "a.npy arrays, note.txt , wine.csv table" {
		t.Errorf("the changes are %s", got)
	}
	var d api.DataValues
	h.get(at(two, "changes/values", "wine.csv"), &d)
	x := d.Table
	if x.Key != "id" || x.Chosen || x.Same != 1 || x.AddedRows != 1 || x.RemovedRows != 1 || x.ChangedRows != 1 || fmt.Sprint(x.FirstChanged) != "[{3 [{acid 5 6}]}]" ||
		fmt.Sprint(x.FirstAdded, x.FirstRemoved, x.ColumnsAfter) != "[[4 7 y]] [[2 4 x]] [id acid new]" || x.Added[0].Name != "new" || x.Removed[0].Name != "old" {
		t.Errorf("%+v", x)
	}
	if acid := x.Common[0]; acid.Name != "acid" || acid.Cells != 1 || acid.Distance == nil || math.Abs(float64(*acid.Distance)-2.0/3) > 1e-9 || acid.After.Numbers.Mean != 5.5 {
		t.Errorf("%+v", acid)
	}
	var whole api.DataValues
	if h.get(at(two, "changes/values", "wine.csv")+"&whole=true", &whole); whole.Table.Key != "" || whole.Table.AddedRows != 2 || !whole.Table.Chosen {
		t.Errorf("%+v", whole.Table)
	}
	if p := h.problem("GET", at(two, "changes/values", "wine.csv")+"&key=new", "", 400); p.Field != "key" {
		t.Errorf("%+v", p)
	}
	var arrays api.DataValues
	if h.get(at(two, "changes/values", "a.npy"), &arrays); len(arrays.Arrays) != 1 || arrays.Arrays[0].Changed != 1 || arrays.Arrays[0].Largest != 3 || !arrays.Arrays[0].Compared {
		t.Errorf("%+v", arrays)
	}
	if p := h.problem("GET", at(two, "changes/values", "note.txt"), "", 501); p.Field != "path" || p.Hint == "" {
		t.Errorf("%+v", p)
	}
}
