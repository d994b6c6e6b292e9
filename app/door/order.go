package door

import (
	"cmp"
	"context"
	"encoding/binary"
	"strconv"

	"dev.varve/app/door/api"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

const (
	orderLetters = "VARVET1\n"
	orderType    = "application/vnd.varve.order"
)

func (d *Door) runOrder(ctx context.Context, in *struct{ Body api.OrderQuery }) (*frame, error) {
	ask := &in.Body
	given := d.given(append(ask.Question.Texts(), ask.Group.Names()...)...)
	q, err := d.question(&ask.Question, given)
	if err != nil {
		return nil, err
	}
	if ask.Group != nil && ask.Nested {
		return nil, notBoth("nested", "runs are shown either in groups or within each other")
	}
	head := api.RunOrder{Seq: d.Hub.Seq()}
	list, err := d.Records.List(ctx, q)
	if err != nil {
		return nil, err
	}
	head.Total, head.All = list.Len(), list.All()
	if head.Total == 0 && head.All > 0 {
		head.Advice = d.advise(&ask.Question)
	}
	var parents []int32
	switch {
	case ask.Group != nil:
		err = d.groupRuns(ctx, list, ask.Group, q, given, &head)
	case ask.Nested:
		var nesting *track.Nesting
		if nesting, err = list.Nest(ctx); err == nil {
			parents, head.Context = nesting.Parents, nesting.Context
		}
	}
	if err != nil {
		return nil, err
	}
	return orderFrame(list, &head, parents)
}

func orderFrame(list *track.Listing, head *api.RunOrder, parents []int32) (*frame, error) {
	ids := make([]byte, 0, 16*list.Len())
	list.Keys(func(key [16]byte, odd string) {
		if odd != "" {
			head.Odd = append(head.Odd, api.OddRun{Line: len(ids) / 16, ID: odd})
		}
		ids = append(ids, key[:]...)
	})
	head.Lines = list.Len()
	out, err := framed(orderLetters, head, len(ids)+4*len(parents))
	if err != nil {
		return nil, err
	}
	out = append(out, ids...)
	for _, p := range parents {
		out = binary.LittleEndian.AppendUint32(out, uint32(p))
	}
	return &frame{ContentType: orderType, Body: out}, nil
}

// digitsOf writes a number with all its digits.
func digitsOf(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// compareGroups makes the order of groups.
func compareGroups(o *api.GroupOrder, column int) func(a, b *search.Group) int {
	read := func(g *search.Group) (float64, bool) {
		if o.Of == "n" {
			return float64(len(g.Rows)), true
		}
		c := &g.Cells[column]
		switch o.Of {
		case "mean":
			return c.Mean(), c.N > 0
		case "sd":
			return c.Deviation(), c.N > 1
		case "min":
			return c.Min, c.N > 0
		}
		return c.Max, c.N > 0
	}
	return func(a, b *search.Group) int {
		x, hasX := read(a)
		y, hasY := read(b)
		switch {
		case hasX != hasY && hasX:
			return -1
		case hasX != hasY:
			return 1
		case o.Descending:
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	}
}
