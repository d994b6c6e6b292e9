package tabular

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"dev.varve/backend/fault"
)

// keyRows are looked at to find columns whose values are all different.
const keyRows = 5000

// mostKeys are how many columns are tried as a key, each by reading both tables.
const mostKeys = 3

// findKeys finds the columns of both by which rows may be matched: those that are no
// measurement and have no value twice, or none at all, in the first rows. What is
// called a key comes first, then what stands further left.
func (c *comparison) findKeys() error {
	if c.Key != "" {
		i := slices.IndexFunc(c.sides[0].shared, func(at int) bool { return c.sides[0].columns[at].Name == c.Key })
		if i < 0 {
			return fault.New(fault.Invalid, "both tables need a column %s to match their rows by", c.Key).WithField("key").
				WithHint("Choose a column that both have, or none.")
		}
		c.candidates = []int{i}
		return nil
	}
	fits := make([]bool, len(c.sides[0].shared))
	for i := range fits {
		fits[i] = true
	}
	for _, s := range c.sides {
		if err := c.sift(s, fits); err != nil {
			return err
		}
	}
	for i, fit := range fits {
		if fit {
			c.candidates = append(c.candidates, i)
		}
	}
	place := c.sides[1].shared
	slices.SortStableFunc(c.candidates, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(c.name(a)), rank(c.name(b))), cmp.Compare(place[a], place[b]))
	})
	c.candidates = c.candidates[:min(len(c.candidates), mostKeys)]
	return nil
}

// sift takes out the columns that cannot be a key of a table.
func (c *comparison) sift(s *side, fits []bool) error {
	seen := make([]map[uint64]struct{}, len(fits))
	for i := range seen {
		seen[i] = map[uint64]struct{}{}
	}
	n := 0
	_, _, err := each(c.ctx, s, c.Limits, func(row []Value) error {
		for i, at := range s.shared {
			if !fits[i] {
				continue
			}
			h := row[at].hash(c.seed)
			_, twice := seen[i][h]
			fits[i] = !twice && row[at].Kind != Missing && row[at].Kind != Number
			seen[i][h] = struct{}{}
		}
		if n++; n == keyRows {
			return io.EOF
		}
		return nil
	})
	return err
}

// rank tells names that mean a key from others.
func rank(name string) int {
	lower := strings.ToLower(name)
	switch lower {
	case "id", "key", "uuid", "guid", "index", "#", "no", "nr":
		return 0
	}
	for _, end := range []string{"_id", " id", "-id", ".id", "_key", "_no", "uuid"} {
		if strings.HasSuffix(lower, end) {
			return 1
		}
	}
	if strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "ID") {
		return 1
	}
	for _, part := range []string{"name", "code", "sample", "accession", "barcode", "date", "time"} {
		if strings.Contains(lower, part) {
			return 2
		}
	}
	return 3
}
