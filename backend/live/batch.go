package live

// batch is what was touched since the last message.
type batch struct {
	change Change
	seen   map[thing]struct{}
}

// thing is one entry of one list.
type thing struct {
	list list
	id   string
}

type list uint8

const (
	runs list = iota
	metrics
	logs
	models
	jobs
)

// name puts an id into a list of the change, once. Past the limit, the change
// stops naming things and says Reset.
func (b *batch) name(ids *[]string, l list, id string) {
	if b.change.Reset {
		return
	}
	if b.seen == nil {
		b.seen = map[thing]struct{}{}
	}
	t := thing{l, id}
	if _, already := b.seen[t]; already {
		return
	}
	if len(b.seen) == many {
		b.seen = nil
		b.change = Change{Reset: true, Dropped: b.change.Dropped}
		return
	}
	b.seen[t] = struct{}{}
	*ids = append(*ids, id)
}

// take returns the change and empties the batch; any is false if nothing was
// touched.
func (b *batch) take() (c Change, any bool) {
	c = b.change
	any = c.Reset || c.Experiments || c.Datasets || c.Projects || c.Registry || len(b.seen)+len(c.Dropped) > 0
	*b = batch{}
	return c, any
}
