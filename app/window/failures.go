package window

import "time"

// failures counts how often the page failed of late.
type failures struct {
	last []time.Time
}

const (
	failuresLimit  = 3
	failuresPeriod = time.Minute
)

// tooMany counts one more at now and tells whether to stop trying by oneself.
func (f *failures) tooMany(now time.Time) bool {
	recent := f.last[:0]
	for _, t := range f.last {
		if now.Sub(t) < failuresPeriod {
			recent = append(recent, t)
		}
	}
	f.last = append(recent, now)
	return len(f.last) >= failuresLimit
}
