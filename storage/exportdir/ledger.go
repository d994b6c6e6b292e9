package exportdir

import (
	"bufio"
	"encoding/json"
	"path/filepath"

	"dev.varve/storage/disk"
)

// line is one line of the ledger. The first one has Format and Of; the others say
// one thing each.
type line struct {
	Format int `json:"format,omitempty"`
	*Of
	State  string `json:"state,omitempty"` // begun or whole
	Name   string `json:"name,omitempty"`
	Digest string `json:"digest,omitempty"`
	At     string `json:"at,omitempty"` // where it lies
}

// Entry is what the ledger says of a thing.
type Entry struct {
	Digest string // empty: it is not known to be whole
	At     string
}

// read learns what is there. Lines that say nothing, as one that was cut off, are
// passed over: what they are about is written again.
func (f *Folder) read() error {
	in, err := f.Root.Open(ledgerName)
	if err != nil {
		return disk.Classify(err, "read", filepath.Join(f.at, ledgerName))
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var l line
		if json.Unmarshal(lines.Bytes(), &l) == nil && l.Name != "" {
			f.known[l.Name] = Entry{l.Digest, l.At}
		}
	}
	return disk.Classify(lines.Err(), "read", filepath.Join(f.at, ledgerName))
}

func (f *Folder) end() error {
	_, err := f.ledger.Write([]byte("\n"))
	return disk.Classify(err, "write", filepath.Join(f.at, ledgerName))
}

func (f *Folder) say(l line) error {
	data, err := json.Marshal(l)
	if err == nil {
		_, err = f.ledger.Write(append(data, '\n'))
	}
	return disk.Classify(err, "write", filepath.Join(f.at, ledgerName))
}

// Known is what the ledger says of a thing.
func (f *Folder) Known(name string) Entry { return f.known[name] }

// Note says what of a thing is there now.
func (f *Folder) Note(name string, e Entry) error {
	if f.known[name] == e {
		return nil
	}
	f.known[name] = e
	return f.say(line{Name: name, Digest: e.Digest, At: e.At})
}
