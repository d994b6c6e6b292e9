package registry_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// drawn writes lanes as text.
func drawn(lanes []registry.Lane) string {
	var out []string
	for _, l := range lanes {
		line := l.Stage + "@" + l.Alias + ":"
		for _, s := range l.Spans {
			line += fmt.Sprintf(" v%d/%d[%d-%d]", s.Number, s.Row, s.From, s.To)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func TestLanes(t *testing.T) {
	at := func(time int64, label, value string) track.Change {
		return track.Change{ID: event.ID{Seq: uint64(time)}, Time: time, Label: label, Value: value, Gone: value == ""}
	}
	one := registry.Told{ID: "1", Number: 1, Changes: []track.Change{at(10, "stage", "Staging"), at(20, "stage", "Production"), at(40, "stage", "Archived")}}
	two := registry.Told{ID: "2", Number: 2, Changes: []track.Change{at(30, "stage", "Production"), at(60, "trash", "1"), at(70, "trash", "")}}
	three := registry.Told{ID: "3", Number: 3, Changes: []track.Change{at(65, "stage", "Staging"), at(66, "stage", "")}}
	model := []track.Change{at(15, "alias/champion", "1"), at(35, "alias/champion", "2"), at(80, "alias/champion", ""), at(36, "alias/lost", "nobody"), at(37, "description", "x")}
	slices.Reverse(model) // the latest first, as they are listed
	want := "Production@: v1/0[20-40] v2/1[30-60] v2/0[70-0]\n" +
		"Staging@: v1/0[10-20] v3/0[65-66]\n" +
		"@champion: v1/0[15-35] v2/0[35-60] v2/0[70-80]"
	if got := drawn(registry.Lanes(model, []registry.Told{one, two, three})); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := registry.Lanes(nil, nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
