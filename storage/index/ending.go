package index

import (
	"encoding/json"
	"path/filepath"

	"dev.varve/backend/fault"
)

// ending remembers, beside the database, how its last uses ended.
type ending struct {
	Unclean int    `json:"unclean"` // uses in a row that did not end cleanly, the present one included
	Boot    string `json:"boot"`    // start of the machine during the last use
	Tables  tables `json:"tables,omitempty"`
}

func (c Config) endingFile() string { return filepath.Join(c.Dir, "ending.json") }

// distrusted is how many unclean ends in a row are too many.
const distrusted = 2

// begin notes that the index is in use. After two unclean ends in a row, or
// one with a restart of the machine behind it, nobody knows what Badger
// remembers, and it is built again. It returns what is noted from now on, and
// whether the last end was clean.
func (c Config) begin() (now ending, clean bool, err error) {
	var was ending
	data, err := c.Disk.ReadFile(c.endingFile())
	if err == nil {
		err = json.Unmarshal(data, &was)
		if err != nil {
			return now, false, fault.New(fault.Corrupt, "the note beside the index is damaged")
		}
	} else if fault.KindOf(err) != fault.NotFound {
		return now, false, odd(err)
	}
	if was.Unclean >= distrusted || was.Unclean == 1 && was.Boot != c.Boot {
		return now, false, fault.New(fault.Corrupt, "the last use of the index did not end cleanly")
	}
	now = ending{Unclean: was.Unclean + 1, Boot: c.Boot, Tables: was.Tables}
	return now, was.Unclean == 0, c.note(now)
}

// end notes that the use ended cleanly, and with which tables.
func (c Config) end() error {
	there, err := probe(small(c.store()))
	if err != nil {
		return fault.New(fault.Corrupt, "a table of the index is damaged: %v", err)
	}
	return c.note(ending{Boot: c.Boot, Tables: marks(there)})
}

func (c Config) note(e ending) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", "ending")
	}
	return c.Disk.WriteFile(c.endingFile(), data, 0o644)
}
