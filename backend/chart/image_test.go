package chart_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/chart"
)

func TestParseImage(t *testing.T) {
	for at, want := range map[string]string{
		"images/dogs+step+3+timestamp+1700000000000+k1b2-c3.png":          "dogs 3 1700000000000 true k1b2-c3 false",
		"images/dogs+step+3+timestamp+1700000000000+k1b2+compressed.webp": "dogs 3 1700000000000 true k1b2 true",
		"images/val#cat%step%-1%timestamp%5%g9.png":                       "val/cat -1 5 true g9 false",
		"images/val~cat+step+0+timestamp+5+g9.png":                        "val/cat 0 5 true g9 false",
		"images/a+step+1+timestamp+2+b+step+7+timestamp+8+id.png":         "a+step+1+timestamp+2+b 7 8 true id false",
		"images/plain.png":                                        "images/plain.png 0 0 false  false",
		"images/deep/dogs+step+3+timestamp+1+k.png":               "images/deep/dogs+step+3+timestamp+1+k.png 0 0 false  false",
		"images/dogs+step+x+timestamp+1+k.png":                    "images/dogs+step+x+timestamp+1+k.png 0 0 false  false",
		"images/dogs+step+99999999999999999999+timestamp+1+k.png": "images/dogs+step+99999999999999999999+timestamp+1+k.png 0 0 false  false",
		"plots/roc.SVG":                                           "plots/roc.SVG 0 0 false  false",
		"model/MLmodel":                                           "none",
		"images":                                                  "none",
		"":                                                        "none",
		"images/+step+3+timestamp+1+k.png":                        "images/+step+3+timestamp+1+k.png 0 0 false  false",
	} {
		got := "none"
		if i, ok := chart.ParseImage(at); ok {
			got = fmt.Sprint(i.Key, " ", i.Step, " ", i.Time, " ", i.Stepped, " ", i.ID, " ", i.Compressed)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", at, got, want)
		}
	}
}

// TestImagesOfBothClients reads back what either client writes, whatever the key
// is.
func TestImagesOfBothClients(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		key := rapid.StringMatching(`[A-Za-z_0-9 ./+%-]{1,20}`).Draw(r, "key")
		step := rapid.Int64().Draw(r, "step")
		mark, slash := "+", "~"
		if rapid.Bool().Draw(r, "old") {
			mark, slash = "%", "#"
		}
		name := ""
		for _, c := range key {
			if c == '/' {
				name += slash
			} else {
				name += string(c)
			}
		}
		at := fmt.Sprintf("images/%s%sstep%s%d%stimestamp%s12%sgid", name, mark, mark, step, mark, mark, mark)
		if i, ok := chart.ParseImage(at + ".png"); !ok || !i.Stepped || i.Key != key || i.Step != step || i.ID != "gid" {
			r.Fatalf("%q became %+v", at, i)
		}
	})
}
