package spreadsheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/results"
	"dev.varve/backend/tabular"
	"dev.varve/storage/spreadsheet"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// workbook writes one; fill puts something on its first sheet.
func workbook(t testing.TB, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	path := filepath.Join(t.TempDir(), "results of 2024.xlsx")
	must(t, f.SaveAs(path))
	return path
}

func row(t testing.TB, f *excelize.File, sheet string, n int, cells ...any) {
	t.Helper()
	must(t, f.SetSheetRow(sheet, fmt.Sprintf("A%d", n), &cells))
}

func open(path string, o spreadsheet.Options, scratch string) (*spreadsheet.Source, error) {
	o.Scratch = scratch
	return spreadsheet.Open(context.Background(), path, o, results.Options{Zone: time.UTC})
}

// lab is a workbook as labs have them.
func lab(t testing.TB) string {
	return workbook(t, func(f *excelize.File) {
		_, err := f.NewSheet("Runs")
		must(t, err)
		row(t, f, "Runs", 1, "Results of our lab")
		row(t, f, "Runs", 3, "Run", "Date", "lr", "Accuracy", "Remark", "double")
		for i := range 5 {
			n := i + 4
			row(t, f, "Runs", n, fmt.Sprintf("run %d", i), nil, 0.1+0.2, 0.5+float64(i)/7, "fine")
			must(t, f.SetCellValue("Runs", fmt.Sprintf("B%d", n), time.Date(2024, 3, i+1, 10, 30, 0, 0, time.UTC)))
			must(t, f.SetCellFormula("Runs", fmt.Sprintf("F%d", n), fmt.Sprintf("D%d*2", n)))
		}
		style, err := f.NewStyle(&excelize.Style{NumFmt: 2}) // shown as 0.64
		must(t, err)
		must(t, f.SetCellStyle("Runs", "D4", "D8", style))
	})
}

func TestAWorkbook(t *testing.T) {
	scratch := t.TempDir()
	s, err := open(lab(t), spreadsheet.Options{}, scratch)
	must(t, err)
	defer s.Close()
	if f := s.Survey.Facts; f.Sheet != "Runs" || f.Kind != "Excel" || !slices.Equal(f.Sheets, []string{"Sheet1", "Runs"}) || s.Experiment != "results of 2024" {
		t.Errorf("%+v of %s", f, s.Experiment)
	}
	rec := importstest.New(t)
	done, err := rec.Import(t.Context(), s, imports.Options{})
	must(t, err)
	if done.Runs != 5 || done.Left != 1 || done.Skipped[0].Why != "they stand before the names of the columns" {
		t.Errorf("%+v", done)
	}
	dump := rec.Dump(t)
	for _, part := range []string{`"run 1" in results of 2024 by  FINISHED 1709375400000`, `["lr"="0.3"]`, "metric Accuracy last {{} 0 1709375400000 0.642857142857142}", `"mlflow.note.content"="fine"`} {
		if !strings.Contains(dump, part) {
			t.Errorf("there is no %s in\n%s", part, dump)
		}
	}
	if strings.Contains(dump, "double") {
		t.Error("formulas that were never computed have values")
	}
	left, err := os.ReadDir(scratch)
	if err != nil || len(left) > 0 {
		t.Errorf("%v lie in the folder for parts: %v", left, err)
	}
}

func TestSheetsAreChosen(t *testing.T) {
	path := lab(t)
	for _, sheet := range []string{"2", "Runs"} {
		s, err := open(path, spreadsheet.Options{Sheet: sheet}, "")
		must(t, err)
		if s.Survey.Sheet != "Runs" || s.Survey.Rows != 5 {
			t.Errorf("sheet %s is %+v", sheet, s.Survey.Facts)
		}
		must(t, s.Close())
	}
	for _, sheet := range []string{"3", "0", "none", "1"} {
		if _, err := open(path, spreadsheet.Options{Sheet: sheet}, ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("sheet %s: %v", sheet, err)
		}
	}
}

// TestDatesAreTold shows days in many ways, and numbers that are none.
func TestDatesAreTold(t *testing.T) {
	formats := []string{"yyyy-mm-dd", "dd.mm.yyyy", "d/m/yy h:mm", "mmm yy", "[$-409]d-mmm-yyyy", "0.00", "#,##0", "0%", "General", `"no" 0`}
	path := workbook(t, func(f *excelize.File) {
		for i, format := range formats {
			cell, err := excelize.CoordinatesToCellName(i+1, 1)
			must(t, err)
			must(t, f.SetCellValue("Sheet1", cell, "c"+fmt.Sprint(i)))
			cell, err = excelize.CoordinatesToCellName(i+1, 2)
			must(t, err)
			must(t, f.SetCellValue("Sheet1", cell, 45306.5))
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			must(t, err)
			must(t, f.SetCellStyle("Sheet1", cell, cell, style))
		}
	})
	s, err := open(path, spreadsheet.Options{}, "")
	must(t, err)
	defer s.Close()
	for i, got := range s.Preview()[0] {
		want := "45306.5"
		if i < 5 {
			want = "2024-01-15 12:00:00"
		}
		if got != want {
			t.Errorf("what is shown as %s is read as %s", formats[i], got)
		}
	}
}

// TestWhatIsNoWorkbook is refused with a sentence.
func TestWhatIsNoWorkbook(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	archive := func(name string, files map[string]string) string {
		f, err := os.Create(filepath.Join(dir, name))
		must(t, err)
		z := zip.NewWriter(f)
		for name, text := range files {
			w, err := z.Create(name)
			must(t, err)
			_, err = w.Write([]byte(text))
			must(t, err)
		}
		must(t, errors.Join(z.Close(), f.Close()))
		return f.Name()
	}
	whole, err := os.ReadFile(lab(t))
	must(t, err)
	for path, kind := range map[string]fault.Kind{
		filepath.Join(dir, "none.csv"): fault.NotFound,
		dir:                            fault.Unsupported,
		write("old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"): fault.Unsupported,
		write("cut.xlsx", string(whole[:len(whole)/2])):      fault.Corrupt,
		archive("other.xlsx", map[string]string{"a": "b"}):   fault.Corrupt,
		archive("hollow.xlsx", map[string]string{"xl/workbook.xml": `<workbook><sheets><sheet name="S" sheetId="1"/></sheets></workbook>`}): fault.Corrupt,
	} {
		if _, err := open(path, spreadsheet.Options{}, ""); !errors.Is(err, kind) {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
	if _, err := open(write("a.csv", "a\n1\n"), spreadsheet.Options{Sheet: "x"}, ""); !errors.Is(err, fault.Invalid) {
		t.Errorf("a sheet of text: %v", err)
	}
}

// TestALargeSheet is unpacked into the folder for parts, and taken away from there.
func TestALargeSheet(t *testing.T) {
	const rows = 12_000
	path := workbook(t, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		must(t, err)
		must(t, w.SetRow("A1", []any{"name", "acc", "text"}))
		for i := range rows {
			must(t, w.SetRow(fmt.Sprintf("A%d", i+2), []any{fmt.Sprintf("run %d", i), float64(i) / 3, strings.Repeat("long ", 300)}))
		}
		must(t, w.Flush())
	})
	scratch := filepath.Join(t.TempDir(), "made")
	s, err := open(path, spreadsheet.Options{}, scratch)
	must(t, err)
	parts, err := os.ReadDir(scratch)
	if s.Survey.Rows != rows || err != nil || len(parts) == 0 {
		t.Errorf("%d rows, parts %v, %v", s.Survey.Rows, parts, err)
	}
	must(t, s.Close())
	if parts, err = os.ReadDir(scratch); err != nil || len(parts) > 0 {
		t.Errorf("%v are left: %v", parts, err)
	}
}

func FuzzWorkbook(f *testing.F) {
	for _, sheet := range []string{
		`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>`,
		`<sheetData><row r="300"><c r="XFD1"><v>1</v></c></row><row r="2"><c r="ZZZZ2"><f>1/0</f></c></row></sheetData>`, // a row further down makes each try slow
		`<sheetData><row><c t="s"><v>9</v></c><c t="e"><v>#REF!</v></c></row><row><c s="99"><v>45306</v></c></row>`,
	} {
		f.Add([]byte(sheet))
	}
	f.Fuzz(func(t *testing.T, sheet []byte) {
		path := filepath.Join(t.TempDir(), "a.xlsx")
		out, err := os.Create(path)
		must(t, err)
		z := zip.NewWriter(out)
		for name, text := range map[string]string{
			"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
			"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + string(sheet) + `</worksheet>`,
		} {
			w, err := z.Create(name)
			must(t, err)
			_, err = w.Write([]byte(text))
			must(t, err)
		}
		must(t, errors.Join(z.Close(), out.Close()))
		s, err := open(path, spreadsheet.Options{}, t.TempDir())
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		defer s.Close()
		err = s.Runs(t.Context(), "", false, &imports.Report{}, func(*imports.Run) error { return nil })
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}

// TestAWorkbookIsLookedInto describes a workbook that is in memory, and takes away
// its parts.
func TestAWorkbookIsLookedInto(t *testing.T) {
	data, err := os.ReadFile(lab(t))
	must(t, err)
	scratch := filepath.Join(t.TempDir(), "previews")
	book, end, err := spreadsheet.OpenWorkbook("lab.xlsx", bytes.NewReader(data), spreadsheet.Options{Sheet: "Runs", Scratch: scratch})
	must(t, err)
	source, err := tabular.Typed(book)
	must(t, err)
	d, err := tabular.Describe(t.Context(), source, tabular.Usual, 1)
	must(t, err)
	if d.Facts.Sheet != "Runs" || d.Rows == 0 || len(d.Columns) == 0 || d.Broken != nil {
		t.Errorf("%+v", d)
	}
	must(t, end())
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("%v are left: %v", left, err)
	}
	small := spreadsheet.Options{Unpacked: 100}
	if _, _, err := spreadsheet.OpenWorkbook("lab.xlsx", bytes.NewReader(data), small); !errors.Is(err, fault.Corrupt) {
		t.Errorf("more than is allowed: %v", err)
	}
}
