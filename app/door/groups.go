package door

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// most is how many bytes of a value name a group, and mostName how many of all
// values together.
const (
	most     = 256
	mostName = 400
)

// mostGroups is how many groups a table shows.
const mostGroups = 20_000

func tooManyGroups(n int, field string) error {
	if n <= mostGroups {
		return nil
	}
	err := fault.New(fault.Invalid, "these columns make %d groups, and a table shows %d at most", n, mostGroups)
	return inField(field, err.WithHint("Group by columns with fewer different values, or filter first."))
}

// groupRuns puts runs into groups and describes these.
func (d *Door) groupRuns(ctx context.Context, list *track.Listing, ask *api.Grouping, q track.Query, given search.Given, head *api.RunOrder) error {
	by, names, err := d.groupedBy(ask, q, given)
	if err != nil {
		return err
	}
	cells, err := d.fields("group.columns", ask.Columns, given)
	if err != nil {
		return err
	}
	var compare func(a, b *search.Group) int
	if o := ask.Order; o != nil {
		column := slices.Index(ask.Columns, o.Column)
		if column < 0 && o.Of != "n" {
			return inField("group.order", fault.New(fault.Invalid, "groups can be ordered by what is told of them, and %q is not among group.columns", o.Column))
		}
		compare = compareGroups(o, column)
	}
	groups, err := list.Groups(ctx, by, cells, given, compare)
	if err != nil {
		return err
	}
	field := "group.by"
	if ask.Except != nil {
		field = "group.except"
	}
	if err := tooManyGroups(len(groups), field); err != nil {
		return err
	}
	describeGroups(groups, by, names, head)
	return nil
}

// groupedBy are the columns that runs are grouped by.
func (d *Door) groupedBy(ask *api.Grouping, q track.Query, given search.Given) ([]search.Field, []string, error) {
	if ask.Except == nil {
		fields, err := d.fields("group.by", ask.By, given)
		return fields, ask.By, err
	}
	if len(ask.By) > 0 {
		return nil, nil, notBoth("group.except", "runs are grouped either by some columns or by all but some")
	}
	except, err := d.fields("group.except", *ask.Except, given)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	params, _ := d.Records.Keys(q)
	for _, key := range params {
		without := func(f search.Field) bool {
			return f.Column == search.Column{Kind: search.Param, Name: key} || f.Column == search.Column{Kind: search.Loose, Name: key}
		}
		if !slices.ContainsFunc(except, without) {
			names = append(names, written(search.Column{Kind: search.Param, Name: key}))
		}
	}
	fields, err := d.fields("group.except", names, given)
	return fields, names, err
}

// describeGroups says of each group what tells it from the others.
func describeGroups(groups []search.Group, by []search.Field, names []string, head *api.RunOrder) {
	var differ []int
	for k := range by {
		if slices.ContainsFunc(groups, func(g search.Group) bool { return !g.Key[k].Same(groups[0].Key[k]) }) {
			differ = append(differ, k)
			head.Keys = append(head.Keys, names[k])
		} else if len(groups) > 0 {
			c := groups[0].Key[k]
			head.Same = append(head.Same, api.CommonValue{Column: names[k], Text: shorten(cellText(c), most), Absent: c.Kind == search.NoEntry})
		}
	}
	head.Groups = make([]api.RunGroup, len(groups))
	from := 0
	for i := range groups {
		head.Groups[i] = runGroup(&groups[i], by, names, differ)
		head.Groups[i].From = from
		from += len(groups[i].Rows)
	}
}

func runGroup(g *search.Group, by []search.Field, names []string, differ []int) api.RunGroup {
	out := api.RunGroup{
		ID: groupID(g, names), Runs: len(g.Rows), Key: make([]api.GroupKey, len(differ)), Statuses: g.Statuses, Started: g.Started,
		Cells: make([]api.GroupCell, len(g.Cells)),
	}
	words := make([]string, len(differ))
	for i, k := range differ {
		c := g.Key[k]
		out.Key[i] = api.GroupKey{Text: shorten(cellText(c), most), Absent: c.Kind == search.NoEntry}
		words[i] = keyWords(&by[k], names[k], c)
	}
	if out.Name = shorten(strings.Join(words, ", "), mostName); out.Name == "" {
		out.Name = "all"
	}
	if g.Took.N > 0 {
		out.Took = api.Number(g.Took.Mean())
	}
	for i := range g.Cells {
		out.Cells[i] = groupCell(&g.Cells[i])
	}
	return out
}

// keyWords says in words what the runs of a group have in a column.
func keyWords(f *search.Field, name string, c search.Entry) string {
	if f.Kind == search.Param || f.Kind == search.Tag || f.Kind == search.Metric || f.Kind == search.Loose {
		name = f.Name
	}
	text := strings.Join(strings.Fields(shorten(cellText(c), most)), " ")
	switch {
	case c.Kind == search.NoEntry:
		return "no " + name
	case f.Type() == search.FieldStatus, f.Type() == search.FieldData, f.Name == "experiment", f.Name == "run_name":
		return text
	}
	return name + " " + text
}

// groupID is the same for the same values. What a group lacks has no part in
// it: other runs may have a new param tomorrow.
func groupID(g *search.Group, names []string) string {
	h := sha256.New()
	for k, c := range g.Key {
		if c.Kind != search.NoEntry {
			h.Write([]byte(names[k] + "\x00" + string(rune('0'+c.Kind)) + cellText(c) + "\x00"))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func groupCell(a *search.Aggregate) api.GroupCell {
	c := api.GroupCell{Filled: a.Filled, N: a.N, NaN: a.NaN, Infinite: a.Infinite, Same: a.Same}
	if a.N > 0 {
		c.Mean, c.Min, c.Max, c.SD = number64(a.Mean()), number64(a.Min), number64(a.Max), number64(a.Deviation())
	}
	if a.Same {
		c.Text = cellText(a.Value)
		if len(c.Text) > most {
			c.Text = strings.ToValidUTF8(c.Text[:most], "") + "…"
		}
	}
	return c
}
