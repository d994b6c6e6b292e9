package contract

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// passage is a part of the file that is recorded at once, or nothing of it.
type passage struct {
	*Metrics
	next    event.MetricsRead
	written int64
	batch   track.Batch
	bad     string // about the first line of all that was left out
}

// take reads the lines of a passage.
func (p *passage) take(text []byte) {
	for len(text) > 0 {
		line, ended := text, false
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line, ended = text[:i+1], true
		}
		p.line(line, ended)
		text = text[len(line):]
	}
}

func (p *passage) line(line []byte, ended bool) {
	first := p.next.Bytes == 0
	long := p.beyond > 0 && p.next == p.at // the first line began before this passage
	p.next.Bytes += int64(len(line))
	p.next.Lines++
	if first {
		line = bytes.TrimPrefix(line, []byte("\ufeff")) // with which some editors begin a file
	}
	switch {
	case long:
		p.next.Bytes += p.beyond
		p.leave(fmt.Sprintf("it is longer than %d bytes", LongestLine))
	case len(bytes.TrimSpace(line)) == 0:
	default:
		if err := p.read(line); err != nil && ended {
			p.leave(err.Error())
		} else if err != nil {
			p.leave("it is the last one, and cut off")
		}
	}
}

// read adds what a line says to the batch, or nothing of it.
func (p *passage) read(line []byte) error {
	had := len(p.batch.Params)
	before := p.batch
	if err := p.reader.line(line, p.written, &p.batch); err != nil {
		return err
	}
	fresh := p.batch.Params[had:]
	if len(fresh) == 0 {
		return nil
	}
	err := p.record.CheckParams(p.run, fresh)
	for _, f := range fresh {
		same := func(o event.Param) bool { return o.Key == f.Key && o.Value != f.Value }
		if err == nil && slices.ContainsFunc(before.Params, same) {
			err = wrong("the param %.60q has another value already", f.Key)
		}
	}
	if err != nil {
		p.batch = before
		return err
	}
	return nil
}

func (p *passage) leave(why string) {
	p.next.Left++
	if p.bad == "" && p.shown == "" {
		p.bad = fmt.Sprintf("Line %d of the metrics was left out: %s.", p.next.Lines, strings.TrimRight(why, " ."))
	}
}

// commit records the passage.
func (p *passage) commit(ctx context.Context, f io.ReaderAt) (err error) {
	if p.next.Check, err = checkOf(f, p.next.Bytes); err != nil {
		return err
	}
	p.batch.Params, p.batch.Tags = last(p.batch.Params), last(p.batch.Tags)
	if p.bad != "" {
		p.batch.Tags = append(p.batch.Tags, event.Param{Key: TagMetrics, Value: p.bad})
	}
	p.batch.Read = &p.next
	if err := p.record.LogAll(ctx, p.run, p.batch); err != nil {
		return err
	}
	p.at, p.beyond = p.next, 0
	if p.bad != "" {
		p.shown = p.bad
	}
	return nil
}

// last keeps the last value of each key.
func last(pairs []event.Param) (kept []event.Param) {
	at := map[string]int{}
	for _, p := range pairs {
		i, ok := at[p.Key]
		if !ok {
			i, kept = len(kept), append(kept, p)
			at[p.Key] = i
		}
		kept[i] = p
	}
	return kept
}
