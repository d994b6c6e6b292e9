package mlflow

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"dev.varve/backend/fault"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

const maxPage = 50000 // rows of one page, as in MLflow

// page collects the first rows of an order behind a cursor. It never keeps more
// than twice the rows of a page.
type page struct {
	order   *search.Order
	columns []search.Column
	after   *cursor
	limit   int // rows to keep: one more than asked for, which tells whether there are more
	rows    []*cursor
	last    *cursor // once there are enough rows: what comes behind it is on no page of ours
}

// newPage begins a page. What it keeps of each row are the columns of the order, and
// more if they are named.
func newPage(order *search.Order, token string, size int, more ...search.Column) (*page, error) {
	p := &page{order: order, columns: append(order.Columns(), more...), limit: size + 1}
	var err error
	p.after, err = cursorOf(token, p.columns)
	return p, err
}

// offer takes a row that a filter has let through, if it may be on the page.
// points gives what an order of logged models looks at; nil for other rows.
func (p *page) offer(row search.Row, points func() []search.Point) {
	if p.after != nil && p.order.Compare(row, p.after) <= 0 || p.last != nil && p.order.Compare(row, p.last) > 0 {
		return
	}
	c := newCursor(row, p.columns)
	if points != nil {
		c.points = points()
	}
	if p.rows = append(p.rows, c); len(p.rows) >= 2*p.limit {
		p.cut()
	}
}

func (p *page) cut() {
	search.Sort(p.order, p.rows)
	if len(p.rows) >= p.limit {
		p.rows = p.rows[:p.limit]
		p.last = p.rows[p.limit-1]
	}
}

// append appends the page as a list of a name, with the token of the next one.
func (p *page) append(out []byte, list, id string, row func([]byte, string) ([]byte, error)) ([]byte, error) {
	p.cut()
	ids := make([]string, min(len(p.rows), p.limit-1))
	for i := range ids {
		ids[i] = p.rows[i].id(id)
	}
	var last *cursor
	if len(p.rows) == p.limit {
		last = p.rows[len(ids)-1]
	}
	return appendPage(out, list, ids, last, row)
}

// appendPage appends rows as a list of a name, and, unless last is nil, the token
// of the page behind it.
func appendPage(out []byte, list string, ids []string, last *cursor, row func([]byte, string) ([]byte, error)) (_ []byte, err error) {
	out = append(out, '{')
	if len(ids) > 0 {
		out = append(member(out, list), '[')
		for _, id := range ids {
			if out, err = row(next(out), id); err != nil {
				return nil, err
			}
		}
		out = append(out, ']')
	}
	if last != nil {
		token, err := last.token()
		if err != nil {
			return nil, err
		}
		out = memberString(out, "next_page_token", token)
	}
	return append(out, '}'), nil
}

// pageSize checks max_results.
func pageSize(w whole, absent int64) (int, error) {
	switch n := w.or(absent); {
	case n < 1:
		return 0, fault.New(fault.Invalid, "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer", n)
	case n > maxPage:
		return 0, fault.New(fault.Invalid, "Invalid value %d for parameter 'max_results' supplied. It must be at most %d", n, maxPage)
	default:
		return int(n), nil
	}
}

type searchRuns struct {
	everywhere
	ExperimentIDs []string `json:"experiment_ids"`
	Filter        string   `json:"filter"`
	View          name     `json:"run_view_type"`
	MaxResults    whole    `json:"max_results"`
	OrderBy       []string `json:"order_by"`
	PageToken     string   `json:"page_token"`
}

func (d *door) searchRuns(ctx context.Context, req *searchRuns, out []byte) ([]byte, error) {
	if n := req.MaxResults; n.N > maxPage {
		return nil, wrongType("max_results", json.RawMessage(strconv.FormatInt(n.N, 10)))
	}
	size, err := pageSize(req.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	shown, err := viewOf(req.View)
	if err != nil {
		return nil, err
	}
	filter, err := search.Parse(search.Runs, req.Filter)
	if err != nil {
		return nil, err
	}
	order, err := search.ParseOrder(search.Runs, req.OrderBy)
	if err != nil {
		return nil, err
	}
	after, err := cursorOf(req.PageToken, order.Columns())
	if err != nil {
		return nil, err
	}
	if err := d.checkExperiments(req.ExperimentIDs); err != nil {
		return nil, err
	}
	q := track.Query{
		Experiments: append([]string{}, req.ExperimentIDs...), // none are none, not all
		Filter:      filter, Order: order, Shows: shown.shows, Limit: size + 1,
		Row: func(r *track.Run) search.Row { return d.row(r) },
	}
	if after != nil {
		q.After = after
	}
	found, err := d.Tracker.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]string, min(len(found.Hits), size))
	for i := range ids {
		ids[i] = found.Hits[i].ID
	}
	var last *cursor
	if len(found.Hits) > size {
		last = newCursor(found.Hits[size-1].Run, order.Columns())
	}
	e := runEncoder{door: d}
	return appendPage(out, "runs", ids, last, func(b []byte, id string) ([]byte, error) {
		err := d.Tracker.Run(id, func(r *track.Run) { b = e.append(b, r) })
		return b, err
	})
}

// checkExperiments refuses what cannot be the id of an experiment. One that
// does not exist has no runs.
func (d *door) checkExperiments(ids []string) error {
	for _, id := range ids {
		if err := d.Tracker.Experiment(id, func(*track.Experiment) {}); err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

type searchExperiments struct {
	everywhere
	MaxResults whole    `json:"max_results"`
	PageToken  string   `json:"page_token"`
	Filter     string   `json:"filter"`
	OrderBy    []string `json:"order_by"`
	View       name     `json:"view_type"`
}

func (d *door) searchExperiments(_ context.Context, req *searchExperiments, out []byte) ([]byte, error) {
	size, err := pageSize(req.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	shown, err := viewOf(req.View)
	if err != nil {
		return nil, err
	}
	filter, err := search.Parse(search.Experiments, req.Filter)
	if err != nil {
		return nil, err
	}
	order, err := search.ParseOrder(search.Experiments, req.OrderBy)
	if err != nil {
		return nil, err
	}
	found, err := newPage(order, req.PageToken, size)
	if err != nil {
		return nil, err
	}
	d.Tracker.Experiments(func(x *track.Experiment) {
		row := experimentRow{x}
		if shown.shows(x.Trashed()) && filter.Match(row) {
			found.offer(row, nil)
		}
	})
	return found.append(out, "experiments", "experiment_id", func(b []byte, id string) ([]byte, error) {
		err := d.Tracker.Experiment(id, func(x *track.Experiment) { b = appendExperiment(b, x) })
		return b, err
	})
}

type searchModels struct {
	everywhere
	ExperimentIDs []string     `json:"experiment_ids"`
	Filter        string       `json:"filter"`
	Datasets      []datasetRef `json:"datasets"`
	MaxResults    whole        `json:"max_results"`
	OrderBy       []modelOrder `json:"order_by"`
	PageToken     string       `json:"page_token"`
}

type datasetRef struct {
	Name   string `json:"dataset_name"`
	Digest string `json:"dataset_digest"`
}

type modelOrder struct {
	FieldName string `json:"field_name"`
	Ascending *bool  `json:"ascending"`
	datasetRef
}

func (d *door) searchModels(_ context.Context, req *searchModels, out []byte) ([]byte, error) {
	if req.ExperimentIDs == nil {
		return nil, missing("experiment_ids")
	}
	size, err := pageSize(req.MaxResults, 50)
	if err != nil {
		return nil, err
	}
	datasets := make([]search.DatasetRef, len(req.Datasets))
	for i, ref := range req.Datasets {
		if datasets[i] = search.DatasetRef(ref); ref.Name == "" {
			return nil, fault.New(fault.Invalid, "`dataset_name` in the `datasets` clause must be specified.")
		}
	}
	filter, err := search.ParseModels(req.Filter, datasets)
	if err != nil {
		return nil, err
	}
	clauses := req.clauses()
	order, err := search.ParseModelOrder(clauses)
	if err != nil {
		return nil, err
	}
	found, err := newPage(order, req.PageToken, size)
	if err != nil {
		return nil, err
	}
	if err := d.checkExperiments(req.ExperimentIDs); err != nil {
		return nil, err
	}
	d.Tracker.Models(func(m *track.LoggedModel) {
		row := modelRow{d, m}
		if !m.Trashed() && slices.Contains(req.ExperimentIDs, m.Experiment) && filter.Match(row) {
			found.offer(row, func() []search.Point { return pointsFor(clauses, row.Points()) })
		}
	})
	return found.append(out, "models", "model_id", func(b []byte, id string) ([]byte, error) {
		err := d.Tracker.Model(id, func(m *track.LoggedModel) { b = d.appendModel(b, m) })
		return b, err
	})
}

func (s *searchModels) clauses() []search.ModelOrder {
	clauses := make([]search.ModelOrder, len(s.OrderBy))
	for i, o := range s.OrderBy {
		clauses[i] = search.ModelOrder{
			Field: o.FieldName, Descending: o.Ascending != nil && !*o.Ascending, Dataset: search.DatasetRef(o.datasetRef),
		}
	}
	return clauses
}
