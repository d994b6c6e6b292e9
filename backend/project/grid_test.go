package project_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/project"
)

func TestGrid(t *testing.T) {
	axes := []project.Axis{{"alpha", []string{"0.1", "0.5"}}, {"seed", []string{"7"}}, {"l1", []string{"0", "1", "2"}}}
	cells, err := project.Grid(axes)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, cell := range cells {
		names = append(names, project.CellName(axes, cell))
		if cell["seed"] != "7" {
			t.Errorf("a cell is %v", cell)
		}
	}
	want := []string{"alpha 0.1, l1 0", "alpha 0.1, l1 1", "alpha 0.1, l1 2", "alpha 0.5, l1 0", "alpha 0.5, l1 1", "alpha 0.5, l1 2"}
	if !slices.Equal(names, want) {
		t.Errorf("the grid is %q", names)
	}
	if cells, err := project.Grid(nil); err != nil || len(cells) != 1 {
		t.Errorf("a grid without axes has %d cells (%v)", len(cells), err)
	}
}

func TestGridsThatAreRefused(t *testing.T) {
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	for name, axes := range map[string][]project.Axis{
		"no value":   {{"a", nil}},
		"twice":      {{"a", []string{"1"}}, {"a", []string{"2"}}},
		"too many":   {{"a", many}, {"b", many[:10]}},
		"far beyond": {{"a", many}, {"b", many}, {"c", many}, {"d", many}, {"e", many}},
	} {
		if cells, err := project.Grid(axes); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %d cells, %v", name, len(cells), err)
		}
	}
}
