package track

import (
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/event"
)

// StateHash is a hash of the logical state of the record: two devices that
// have seen the same events get the same one, in whatever order they came, and
// whether the index was built at once or little by little. Call Flush first.
func (t *Tracker) StateHash() (string, error) {
	h := blake3.New()
	for _, prefix := range []string{
		experimentPrefix, runPrefix, modelPrefix, datasetPrefix, projectPrefix, registeredPrefix, versionPrefix, workspaceStream, purgedPrefix, artifactPrefix,
		changePrefix, unknownPrefix,
	} {
		err := t.Store.Scan(prefix, func(key string, value []byte) error {
			hashPart(h, []byte(key))
			hashPart(h, value)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	if err := t.hashPoints(h); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hashPoints hashes the history of each metric, wherever its points lie.
func (t *Tracker) hashPoints(h hash.Hash) error {
	for _, prefix := range []string{pointsPrefix, sheafPrefix, levelPrefix} { // a scan notices what is missing
		if err := t.Store.Scan(prefix, func(string, []byte) error { return nil }); err != nil {
			return err
		}
	}
	return t.Store.Scan(runPrefix, func(key string, value []byte) error {
		r, err := decodeRun(value)
		if err != nil || len(r.Metrics) == 0 {
			return err
		}
		return t.hashRun(h, strings.TrimPrefix(key, runPrefix), slices.Sorted(maps.Keys(r.Metrics)))
	})
}

// hashRun hashes the points of a run, and holds those of one metric at a time.
// Blocks come in the order of the metrics; where a metric has none, its points
// are in the sheaf.
func (t *Tracker) hashRun(h hash.Hash, id string, metrics []string) error {
	sheaf, _, err := t.Store.Get(sheafPrefix + id)
	if err != nil {
		return err
	}
	var points []event.Point // of metrics[0], from its blocks
	// upTo hashes the metrics before one.
	upTo := func(key string, last bool) error {
		for len(metrics) > 0 && (last || metrics[0] < key) {
			if len(points) == 0 {
				var err error
				if points, err = fromSheaf(sheaf, metrics[0], points); err != nil {
					return err
				}
			}
			hashSeries(h, seriesName(id, metrics[0]), points)
			metrics, points = metrics[1:], points[:0]
		}
		return nil
	}
	all := pointsPrefix + id + "\x00"
	err = t.Store.Scan(all, func(key string, value []byte) error {
		key = key[len(all):strings.LastIndexByte(key, 0)]
		err := upTo(key, false)
		if err == nil && len(metrics) > 0 && metrics[0] == key {
			points, err = unpackBlock(value, points)
		}
		return err
	})
	if err != nil {
		return err
	}
	return upTo("", true)
}

func hashSeries(h hash.Hash, name string, points []event.Point) {
	packed := event.PackSeries("", sortPoints(points))
	for _, part := range [][]byte{[]byte(pointsPrefix + name), packed.Steps, packed.Times, packed.Values} {
		hashPart(h, part)
	}
}

// hashPart hashes one part with its length, so that parts cannot run into one
// another.
func hashPart(h hash.Hash, p []byte) {
	n := len(p)
	h.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	h.Write(p)
}
