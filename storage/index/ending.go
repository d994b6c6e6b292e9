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
}

func (c Config) endingFile() string { return filepath.Join(c.Dir, "ending.json") }

// distrusted is how many unclean ends in a row are too many.
const distrusted = 2

// begin notes that the index is in use. After two unclean ends in a row, or
// one with a restart of the machine behind it, nobody knows what Badger
// remembers, and it is built again.
func (c Config) begin() error {
	var was ending
	data, err := c.Disk.ReadFile(c.endingFile())
	if err == nil {
		err = json.Unmarshal(data, &was)
		if err != nil {
			return fault.New(fault.Corrupt, "the note beside the index is damaged")
		}
	} else if fault.KindOf(err) != fault.NotFound {
		return odd(err)
	}
	if was.Unclean >= distrusted || was.Unclean == 1 && was.Boot != c.Boot {
		return fault.New(fault.Corrupt, "the last use of the index did not end cleanly")
	}
	return c.note(ending{Unclean: was.Unclean + 1, Boot: c.Boot})
}

// end notes that the use ended cleanly.
func (c Config) end() error { return c.note(ending{Boot: c.Boot}) }

func (c Config) note(e ending) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", "ending")
	}
	return c.Disk.WriteFile(c.endingFile(), data, 0o644)
}
