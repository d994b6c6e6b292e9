package journal

// End is where the log ends now: everything before it is durable. Reading from
// there gives what is appended later.
func (l *Log) End() Position {
	l.lead <- struct{}{}
	defer func() { <-l.lead }()
	l.mu.Lock()
	commit := l.commit - 1
	if l.pending != nil {
		commit-- // that one is not written yet
	}
	l.mu.Unlock()
	p := Position{Commit: commit, Last: l.acked}
	switch {
	case l.seg != nil:
		p.Segment, p.Offset = l.number, l.seg.end
	case l.prev != nil:
		p.Segment, p.Offset = l.prev.Segment, l.prev.Bytes
	}
	return p
}
