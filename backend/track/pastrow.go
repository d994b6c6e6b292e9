package track

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// differences is how many of them are told by name.
const differences = 3

// differs says which values of a row a run has otherwise.
func (p *PastRun) differs(r *Run) string {
	var list []string
	note := func(key, here, there string) {
		list = append(list, fmt.Sprintf("%s is %s here and %s there", brief(key), brief(here), brief(there)))
	}
	for _, one := range p.Params {
		if here := r.Params[one.Key]; here != nil && here.Value != one.Value {
			note(one.Key, here.Value, one.Value)
		}
	}
	for i := range p.Metrics {
		s := &p.Metrics[i]
		here := r.Metrics[s.Key]
		if here == nil || len(s.Points) == 0 {
			continue
		}
		now, then := here.Last.Value, s.Points[len(s.Points)-1].Value
		if now != then && !(math.IsNaN(now) && math.IsNaN(then)) {
			note(s.Key, inDigits(now), inDigits(then))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(p.Tags)) {
		if here, ok := r.Labels.Tag(key); ok && here != p.Tags[key] {
			note(key, here, p.Tags[key])
		}
	}
	if more := len(list) - differences; more > 0 {
		list = append(list[:differences], fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, ", ")
}

func inDigits(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// brief cuts a text that stands in a sentence.
func brief(s string) string {
	if s == "" {
		return "empty"
	}
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
