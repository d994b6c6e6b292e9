package project

import (
	"fmt"
	"maps"
	"strings"

	"dev.varve/backend/fault"
)

// Axis is a parameter of a grid with the values that it takes.
type Axis struct {
	Name   string
	Values []string
}

// MaxGrid is the largest number of runs of one grid.
const MaxGrid = 1000

// Grid returns every combination of the values of all axes, the last axis
// turning fastest. It fails with fault.Invalid where an axis has no value or is
// named twice, and where there are more than MaxGrid combinations.
func Grid(axes []Axis) ([]map[string]string, error) {
	cells := []map[string]string{{}}
	for i, axis := range axes {
		if len(axis.Values) == 0 {
			return nil, fault.New(fault.Invalid, "%s has no value", axis.Name).WithField("grid." + axis.Name)
		}
		for _, other := range axes[:i] {
			if other.Name == axis.Name {
				return nil, fault.New(fault.Invalid, "%s is there twice", axis.Name).WithField("grid." + axis.Name)
			}
		}
		if len(cells)*len(axis.Values) > MaxGrid {
			return nil, fault.New(fault.Invalid, "that would be more than %d runs", MaxGrid).
				WithHint("Fewer values, or several smaller grids.")
		}
		cells = cross(cells, axis)
	}
	return cells, nil
}

// cross adds an axis to a grid.
func cross(cells []map[string]string, axis Axis) []map[string]string {
	out := make([]map[string]string, 0, len(cells)*len(axis.Values))
	for _, cell := range cells {
		for _, value := range axis.Values {
			next := maps.Clone(cell)
			next[axis.Name] = value
			out = append(out, next)
		}
	}
	return out
}

// CellName names a run of a grid by what it differs in: "alpha 0.1, l1 0.5".
func CellName(axes []Axis, cell map[string]string) string {
	var parts []string
	for _, axis := range axes {
		if len(axis.Values) > 1 {
			parts = append(parts, fmt.Sprintf("%s %s", axis.Name, cell[axis.Name]))
		}
	}
	return strings.Join(parts, ", ")
}
