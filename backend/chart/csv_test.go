package chart_test

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"dev.varve/backend/chart"
)

// TestCSV writes every kind as a table whose rows are all as wide as its head.
func TestCSV(t *testing.T) {
	texts := map[string]string{}
	for name, spec := range goldens {
		l := newLab()
		l.group(spec)
		var b strings.Builder
		if err := chart.WriteCSV(context.Background(), &b, spec, &l.table, l, chart.View{Width: 10}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
		texts[name] = b.String()
	}
	for name, lines := range map[string][]string{
		"line":      {"series,run,key,what,step,loss", "calm-sill-0,run0,loss,line,0,1.501", "calm-sill-1,run1,loss,line,3,1e+06", "calm-sill-6,run6,loss,line,12,NaN"},
		"line-clip": {"series,run,key,what,time,loss", "calm-sill-0,run0,loss,line,2023-11-14T22:13:20.000Z,1.501"},
		"line-band": {"lr 0.001,run0 run2 run4 run6,loss,low,0,1.501", "lr 0.001,run0 run2 run4 run6,loss,high,0,1.561"},
		"bar":       {"series,run,key,what,loss,run,sd", "calm-sill-5,run5,loss,bars,0.65,calm-sill-5,NaN"},
		"scatter":   {"series,run,key,what,lr,loss", "other runs,run3,,points,0.1,0.63"},
		"parallel":  {"series,run,key,what,lr,opt,loss", "other runs,run2,,lines,0.001,–,0.521"},
		"histogram": {"series,run,key,what,loss,n,from,to"},
	} {
		for _, line := range lines {
			if !strings.Contains(texts[name], line+"\n") {
				t.Errorf("%s lacks %q:\n%s", name, line, texts[name][:min(len(texts[name]), 1500)])
			}
		}
	}
	if n := strings.Count(texts["line"], "\n"); n != 1+7*20 {
		t.Errorf("%d lines for 140 points", n)
	}
}
