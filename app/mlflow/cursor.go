package mlflow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/search"
)

// cursor is what an order reads of a row, and no more: what is left of a run
// when its lock is released, and what a page token says of the last one of a
// page. Since a page begins behind a cursor and not at a number, rows that come
// or go between two pages neither repeat others nor hide them.
type cursor struct {
	columns []search.Column
	cells   []search.Value // one for each column
	has     []bool         // whether the row has it
	points  []search.Point
}

func emptyCursor(columns []search.Column) *cursor {
	return &cursor{columns: columns, cells: make([]search.Value, len(columns)), has: make([]bool, len(columns))}
}

func newCursor(row search.Row, columns []search.Column) *cursor {
	c := emptyCursor(columns)
	for i, column := range columns {
		var number float64
		var text string
		switch column.Kind {
		case search.Metric:
			number, c.has[i] = row.Metric(column.Name)
			c.cells[i] = search.Number(number)
		case search.Param:
			text, c.has[i] = row.Param(column.Name)
			c.cells[i] = search.Text(text)
		case search.Tag:
			text, c.has[i] = row.Tag(column.Name)
			c.cells[i] = search.Text(text)
		default:
			c.cells[i], c.has[i] = row.Attribute(column.Name)
		}
	}
	return c
}

func (c *cursor) get(kind search.Kind, name string) (search.Value, bool) {
	for i, column := range c.columns {
		if column.Kind == kind && column.Name == name {
			return c.cells[i], c.has[i]
		}
	}
	return search.Value{}, false
}

// Metric is one of the columns, or missing.
func (c *cursor) Metric(key string) (float64, bool) {
	v, ok := c.get(search.Metric, key)
	f, _ := v.AsNumber()
	return f, ok
}

// Param is one of the columns, or missing.
func (c *cursor) Param(key string) (string, bool) {
	v, ok := c.get(search.Param, key)
	text, _ := v.AsText()
	return text, ok
}

// Tag is one of the columns, or missing.
func (c *cursor) Tag(key string) (string, bool) {
	v, ok := c.get(search.Tag, key)
	text, _ := v.AsText()
	return text, ok
}

// Attribute is one of the columns, or missing.
func (c *cursor) Attribute(name string) (search.Value, bool) {
	return c.get(search.Attribute, name)
}

// Datasets are not ordered by.
func (c *cursor) Datasets() []search.Dataset { return nil }

// Points are those of a logged model that its order looks at.
func (c *cursor) Points() []search.Point { return c.points }

// id is the attribute that tells a row from all others.
func (c *cursor) id(attribute string) string {
	v, _ := c.get(search.Attribute, attribute)
	text, _ := v.AsText()
	return text
}

// pointsFor keeps, of a logged model, the points that an order by these clauses
// looks at: for each the latest of those that count. They stay in their order,
// which decides between points of one moment.
func pointsFor(clauses []search.ModelOrder, points []search.Point) []search.Point {
	var kept []int
	for _, clause := range clauses {
		last := -1
		for i := range points {
			if p := &points[i]; counts(clause, p) && (last < 0 || later(p, &points[last])) {
				last = i
			}
		}
		if last >= 0 {
			kept = append(kept, last)
		}
	}
	slices.Sort(kept)
	var list []search.Point
	for _, i := range slices.Compact(kept) {
		list = append(list, points[i])
	}
	return list
}

func counts(clause search.ModelOrder, p *search.Point) bool {
	d := clause.Dataset
	return clause.Field == "metrics."+p.Key && (d.Name == "" || d.Name == p.DatasetName) && (d.Digest == "" || d.Digest == p.DatasetDigest)
}

// later is which of two points MLflow takes for the latest of a logged model.
func later(a, b *search.Point) bool {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Step, b.Step), cmp.Compare(b.RunID, a.RunID)) > 0
}

// rowToken is a cursor as a page token. Numbers are texts, since JSON has no
// NaN; a cell that the row lacks is null.
type rowToken struct {
	Columns []string    `json:"c"`
	Cells   []*string   `json:"v"`
	Points  [][7]string `json:"p,omitempty"`
}

func columnNames(columns []search.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Kind.String() + "." + c.Name
	}
	return names
}

func (c *cursor) token() (string, error) {
	t := rowToken{Columns: columnNames(c.columns), Cells: make([]*string, len(c.cells))}
	for i, v := range c.cells {
		if !c.has[i] {
			continue
		}
		text, isText := v.AsText()
		if text = "t" + text; !isText {
			number, _ := v.AsNumber()
			text = "n" + strconv.FormatFloat(number, 'g', -1, 64)
		}
		t.Cells[i] = &text
	}
	for _, p := range c.points {
		t.Points = append(t.Points, [7]string{
			p.Key, strconv.FormatFloat(p.Value, 'g', -1, 64), strconv.FormatInt(p.Time, 10), strconv.FormatInt(p.Step, 10),
			p.RunID, p.DatasetName, p.DatasetDigest,
		})
	}
	return writeToken(t)
}

// cursorOf reads a token for an order by these columns. Without a token it is
// nil.
func cursorOf(token string, columns []search.Column) (*cursor, error) {
	if token == "" {
		return nil, nil //nolint:nilnil // no token, no cursor
	}
	var t rowToken
	if err := readToken(token, &t); err != nil {
		return nil, err
	}
	if !slices.Equal(t.Columns, columnNames(columns)) || len(t.Cells) != len(columns) {
		return nil, errToken
	}
	c := emptyCursor(columns)
	for i, text := range t.Cells {
		if text == nil {
			continue
		}
		if c.cells[i], c.has[i] = parseCell(*text, columns[i].Kind); !c.has[i] {
			return nil, errToken
		}
	}
	for _, p := range t.Points {
		point, ok := parsePoint(p)
		if !ok {
			return nil, errToken
		}
		c.points = append(c.points, point)
	}
	return c, nil
}

func parseCell(s string, kind search.Kind) (search.Value, bool) {
	switch {
	case strings.HasPrefix(s, "t"):
		return search.Text(s[1:]), kind != search.Metric
	case strings.HasPrefix(s, "n"):
		f, err := strconv.ParseFloat(s[1:], 64)
		return search.Number(f), err == nil && (kind == search.Metric || kind == search.Attribute)
	}
	return search.Value{}, false
}

func parsePoint(p [7]string) (search.Point, bool) {
	value, err1 := strconv.ParseFloat(p[1], 64)
	time, err2 := strconv.ParseInt(p[2], 10, 64)
	step, err3 := strconv.ParseInt(p[3], 10, 64)
	return search.Point{
		Key: p[0], Value: value, Time: time, Step: step, RunID: p[4], DatasetName: p[5], DatasetDigest: p[6],
	}, err1 == nil && err2 == nil && err3 == nil
}
