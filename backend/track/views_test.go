package track_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func viewed(t *testing.T, w *world, experiment, kind string) string {
	t.Helper()
	list, err := w.Views(experiment, kind)
	noError(t, err)
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprintf("%s/%s=%s", v.Kind, v.Name, v.Value))
	}
	return strings.Join(out, " ")
}

func TestViewsAreKept(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	field := w.experiment(t, "field")
	best := track.ViewKey{Experiment: field, Kind: track.ViewTable, Name: "Best of each depth"}
	noError(t, w.SaveView(ctx, best, `{"a":1}`))
	noError(t, w.SaveView(ctx, best, `{"a":2}`))
	noError(t, w.SaveView(ctx, track.ViewKey{Experiment: field, Kind: track.ViewCharts, Name: "a/b"}, `[]`))
	noError(t, w.SaveView(ctx, track.ViewKey{Kind: track.ViewTable, Name: "everywhere"}, `null`))
	w.restart(t)
	for _, c := range []struct{ experiment, kind, want string }{
		{field, "", `charts/a/b=[] table/Best of each depth={"a":2}`},
		{field, "table", `table/Best of each depth={"a":2}`},
		{"", "", "table/everywhere=null"},
		{"0", "", ""},
	} {
		if got := viewed(t, w, c.experiment, c.kind); got != c.want {
			t.Errorf("%q %q has %s, want %s", c.experiment, c.kind, got, c.want)
		}
	}
	noError(t, w.Experiment(field, func(x *track.Experiment) {
		if tags := x.ExperimentTags(); len(tags) > 0 {
			t.Errorf("views are tags: %v", tags)
		}
	}))

	noError(t, w.RenameView(ctx, best, "Best"))
	wants(t, w.RenameView(ctx, best, "Best"), fault.NotFound, "there is no view named Best of each depth")
	best.Name = "Best"
	noError(t, w.RenameView(ctx, best, "Best"))
	noError(t, w.SaveView(ctx, track.ViewKey{Experiment: field, Kind: track.ViewTable, Name: "other"}, "1"))
	wants(t, w.RenameView(ctx, best, "other"), fault.Exists, "there is a view named other already")
	noError(t, w.DeleteView(ctx, best))
	wants(t, w.DeleteView(ctx, best), fault.NotFound, "")
	if got := viewed(t, w, field, "table"); got != "table/other=1" {
		t.Errorf("after that there are %s", got)
	}
}

func TestChangesOfViewsAreTakenBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, experiment := range []string{"", "0"} {
		key := track.ViewKey{Experiment: experiment, Kind: track.ViewTable, Name: "v"}
		for _, value := range []string{"1", "2"} {
			noError(t, w.SaveView(ctx, key, value))
		}
		noError(t, w.DeleteView(ctx, key))
		noError(t, w.SaveView(ctx, track.ViewKey{Experiment: experiment, Kind: track.ViewTable, Name: "w"}, "9"))
		list, err := w.ViewChanges(key)
		noError(t, err)
		if len(list) != 3 || !list[0].Gone || list[0].Before != "2" || list[1].Before != "1" || !list[2].Absent {
			t.Fatalf("%q: changes are %+v", experiment, list)
		}
		_, err = w.RevertView(ctx, experiment, list[0].ID)
		noError(t, err)
		if got := viewed(t, w, experiment, ""); got != "table/v=2 table/w=9" {
			t.Errorf("%q: after that there are %s", experiment, got)
		}
		_, err = w.RevertView(ctx, experiment, list[2].ID)
		noError(t, err)
		if got := viewed(t, w, experiment, ""); got != "table/w=9" {
			t.Errorf("%q: in the end there are %s", experiment, got)
		}
		_, err = w.RevertView(ctx, experiment, event.ID{Seq: 999})
		wants(t, err, fault.NotFound, "")
	}
}

func TestViewsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	gone := w.experiment(t, "gone")
	noError(t, w.TrashExperiment(t.Context(), gone, true))
	for _, c := range []struct {
		experiment, kind, name, value string
		kind2                         fault.Kind
	}{
		{"", "chart", "a", "1", fault.Invalid},
		{"", "table", "", "1", fault.Invalid},
		{"", "table", " a", "1", fault.Invalid},
		{"", "table", "a\nb", "1", fault.Invalid},
		{"", "table", "a\xff", "1", fault.Invalid},
		{"", "table", strings.Repeat("ü", 201), "1", fault.Invalid},
		{"", "table", "a", "", fault.Invalid},
		{"", "table", "a", "{", fault.Invalid},
		{"", "table", "a", "\"\xff\"", fault.Invalid},
		{"", "table", "a", `"` + strings.Repeat("a", 64<<10) + `"`, fault.Invalid},
		{"77", "table", "a", "1", fault.NotFound},
		{gone, "table", "a", "1", fault.Invalid},
	} {
		key := track.ViewKey{Experiment: c.experiment, Kind: c.kind, Name: c.name}
		wants(t, w.SaveView(t.Context(), key, c.value), c.kind2, "")
	}
	noError(t, w.SaveView(t.Context(), track.ViewKey{Kind: "table", Name: strings.Repeat("ü", 200)}, `"`+strings.Repeat("a", 64<<10-2)+`"`))
	_, err := w.Views("77", "")
	wants(t, err, fault.NotFound, "")
}
