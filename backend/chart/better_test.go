package chart_test

import (
	"testing"

	"dev.varve/backend/chart"
)

func TestBetter(t *testing.T) {
	for key, want := range map[string]chart.Sense{
		"loss": chart.Lower, "val_loss": chart.Lower, "valLoss": chart.Lower, "train/RMSE": chart.Lower, "epoch_time": chart.Lower,
		"accuracy": chart.Higher, "val.acc": chart.Higher, "f1": chart.Higher, "f1_score": chart.Higher, "r2": chart.Higher, "top5": chart.Higher,
		"log_likelihood": chart.Higher, "cross_entropy": chart.Lower, "accuracy_error": chart.Lower, "roc_auc": chart.Higher, "mAP": chart.Higher,
		"lr": chart.Either, "epoch": chart.Either, "closs": chart.Either, "": chart.Either, "…": chart.Either,
	} {
		if got, word := chart.Better(key); got != want || (word == "") != (want == chart.Either) {
			t.Errorf("%q: %q is better, by %q; want %q", key, got, word, want)
		}
	}
}

func TestMainMetric(t *testing.T) {
	m := func(key string, runs int, varies bool) chart.MetricFacts {
		return chart.MetricFacts{Key: key, Runs: runs, Varies: varies}
	}
	for _, c := range []struct {
		name string
		in   []chart.MetricFacts
		want string
	}{
		{"nothing", nil, ""},
		{"system alone", []chart.MetricFacts{m("system/cpu_utilization_percentage", 9, true)}, ""},
		{"validation first", []chart.MetricFacts{m("test_rmse", 10, true), m("train_rmse", 10, true), m("val_rmse", 10, true), m("lr", 10, true)}, "val_rmse"},
		{"test before none", []chart.MetricFacts{m("rmse", 10, true), m("test_rmse", 10, true)}, "test_rmse"},
		{"what nobody has", []chart.MetricFacts{m("val_loss", 1, true), m("acc", 10, true)}, "acc"},
		{"what does not vary", []chart.MetricFacts{m("val_loss", 10, false), m("train_loss", 10, true)}, "train_loss"},
		{"a result before an effort", []chart.MetricFacts{m("time", 12, true), m("score", 10, true)}, "score"},
		{"no words", []chart.MetricFacts{m("b", 3, true), m("a", 3, true)}, "a"},
	} {
		got, ok := chart.Main(c.in)
		if got.Key != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, want %q", c.name, got.Key, c.want)
		}
	}
}
