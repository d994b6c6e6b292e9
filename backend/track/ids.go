package track

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/zeebo/blake3"
)

// derive hashes the workspace and a name into bytes: what two devices make
// under one name is one thing.
func (t *Tracker) derive(kind, name string) [32]byte {
	h := blake3.New()
	h.Write(t.Workspace[:])
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write([]byte(name))
	var sum [32]byte
	copy(sum[:], h.Sum(nil))
	return sum
}

// decimal makes an experiment id of exactly 18 digits, which every MLflow
// client takes for a whole number.
func decimal(b []byte) string {
	const low, span = 100_000_000_000_000_000, 900_000_000_000_000_000
	return strconv.FormatUint(low+binary.BigEndian.Uint64(b)%span, 10)
}

// newExperimentID derives the id from the name while it is free, else draws it.
func (t *Tracker) newExperimentID(name string) string {
	sum := t.derive("experiment", name)
	id := decimal(sum[:8])
	t.mu.RLock()
	defer t.mu.RUnlock()
	for {
		if x, taken := t.state.experiments[id]; (!taken || !x.Known()) && !t.state.gone(experimentPrefix+id) {
			return id
		}
		id = decimal(t.random(8))
	}
}

// DatasetID is the id of the data set of a name.
func (t *Tracker) DatasetID(name string) string {
	sum := t.derive("dataset", name)
	return hex.EncodeToString(sum[:16])
}

// ProjectID is the id under which this device remembers a project folder.
func (t *Tracker) ProjectID(path string) string {
	sum := t.derive("project", path)
	return hex.EncodeToString(sum[:16])
}

// NewID draws the id of a run or of a version: 32 hex digits, as in MLflow.
func (t *Tracker) NewID() string { return hex.EncodeToString(t.random(16)) }
