package track

import (
	"encoding/hex"
	"hash"
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
		experimentPrefix, runPrefix, modelPrefix, datasetPrefix, projectPrefix, workspaceStream, purgedPrefix, artifactPrefix,
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

// hashPoints hashes the history of each metric, whatever blocks it lies in.
func (t *Tracker) hashPoints(h hash.Hash) error {
	var series string
	var points []event.Point
	finish := func() {
		if series == "" {
			return
		}
		packed := event.PackSeries("", sortPoints(points))
		for _, part := range [][]byte{[]byte(series), packed.Steps, packed.Times, packed.Values} {
			hashPart(h, part)
		}
		points = points[:0]
	}
	err := t.Store.Scan(pointsPrefix, func(key string, value []byte) error {
		if name := key[:strings.LastIndexByte(key, 0)+1]; name != series {
			finish()
			series = name
		}
		var err error
		points, err = unpackBlock(value, points)
		return err
	})
	finish()
	return err
}

// hashPart hashes one part with its length, so that parts cannot run into one
// another.
func hashPart(h hash.Hash, p []byte) {
	n := len(p)
	h.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	h.Write(p)
}
