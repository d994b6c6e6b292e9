package owner

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// eachEvent reads all logs of the workspace.
func (o *Owner) eachEvent(fn func(*event.Event)) error {
	writers, err := journal.Writers(o.disk, o.ws.Journal())
	if err != nil {
		return err
	}
	for _, w := range writers {
		_, err := journal.Read(o.disk, journal.Dir(o.ws.Journal(), w), w, journal.Position{}, journal.Options{}, func(e *event.Event) error {
			fn(e)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// TestNewerIsNotTouched gives parts of a golden workspace to a later version:
// that is said in words, and no byte of what was there changes.
func TestNewerIsNotTouched(t *testing.T) {
	for _, c := range []struct {
		name    string
		pattern string
		newer   func(data []byte) []byte
		refused bool   // the workspace does not open
		says    string // else doctor does
	}{
		{"workspace", "varve.json", func(b []byte) []byte { return bytes.Replace(b, []byte(`"format": 1`), []byte(`"format": 2`), 1) }, true, "a later version of Varve"},
		{"chunks", "varve.json", func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"name": "64K"`), []byte(`"name": "65K"`), 1)
		}, true, "cuts files in a way"},
		{"journal", "journal/b2*/00000001.log", newerHeader, true, "written by a later version of Varve"},
		{"pack", "packs/data/*/*.pack", func(b []byte) []byte {
			b[8] = 2
			binary.LittleEndian.PutUint32(b[60:], crc32.Checksum(b[:60], castagnoli))
			return b
		}, false, "version 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := golden(t, filepath.Join(goldenDir, "v1.tar.gz"))
			names, err := filepath.Glob(filepath.Join(dir, c.pattern))
			if err != nil || len(names) == 0 {
				t.Fatalf("%s: %v, %v", c.pattern, names, err)
			}
			data, err := os.ReadFile(names[0])
			if err != nil {
				t.Fatal(err)
			}
			newer := c.newer(bytes.Clone(data))
			if bytes.Equal(newer, data) {
				t.Fatal("nothing is newer")
			}
			if err := os.WriteFile(names[0], newer, 0o644); err != nil {
				t.Fatal(err)
			}
			before := contents(t, dir)
			d, err := Doctor(context.Background(), goldenOptions(dir), false)
			said := strings.Join(append(d.Damage, d.Notes...), "\n")
			if c.refused {
				if fault.KindOf(err) != fault.Newer {
					t.Fatalf("Doctor says %v", err)
				}
				said = err.Error()
			} else if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("it says %q", said)
			}
			after := contents(t, dir)
			maps.DeleteFunc(after, func(path, _ string) bool { _, was := before[path]; return !was }) // this device may begin a log
			if !maps.Equal(before, after) {
				t.Error("something has changed")
			}
		})
	}
}

// newerHeader raises the version in the header frame of a segment.
func newerHeader(data []byte) []byte {
	const magic, head, kind, version = 8, 8, 0, 4
	n := binary.LittleEndian.Uint32(data[magic:])
	payload := data[magic+head:][:n]
	var fields map[int]cbor.RawMessage
	if cbor.Unmarshal(payload, &fields) != nil || fields[kind][0] != 1 {
		return data
	}
	fields[version] = cbor.RawMessage{9}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return data
	}
	changed, err := mode.Marshal(fields)
	if err != nil || len(changed) != len(payload) {
		return data
	}
	copy(payload, changed)
	binary.LittleEndian.PutUint32(data[magic+4:], crc32.Update(crc32.Checksum(data[magic:magic+4], castagnoli), castagnoli, payload))
	return data
}

// TestNewerEventStopsItsStream: what a later Varve said about a run is kept,
// and the run says so.
func TestNewerEventStopsItsStream(t *testing.T) {
	dir := golden(t, filepath.Join(goldenDir, "v1.tar.gz"))
	b := event.Writer{0xb3}
	log, _, err := journal.Open(journal.Config{
		Disk: disk.OS{}, Clock: &ticking{}, Random: bytes.NewReader(bytes.Repeat([]byte{7}, 4096)), Dir: journal.Dir(filepath.Join(dir, "journal"), b),
		Writer: b, Device: b, Person: "bob", Program: "varve 99",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), event.Draft{Stream: "run/" + goldenRun(1), Body: fromTheFuture{"x"}}); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	o, err := Become(t.Context(), goldenOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	err = o.tracker.SetTag(t.Context(), goldenRun(1), event.Param{Key: "k", Value: "v"})
	if fault.KindOf(err) != fault.Newer {
		t.Errorf("a run of which a later version knows more: %v", err)
	}
	if err := o.tracker.SetTag(t.Context(), goldenRun(0), event.Param{Key: "k", Value: "v"}); err != nil {
		t.Errorf("another run: %v", err)
	}
}

// fromTheFuture is a body that this version does not know.
type fromTheFuture struct {
	Text string `cbor:"1,keyasint"`
}

func (fromTheFuture) Type() string    { return "run.dreamt" }
func (fromTheFuture) Version() uint64 { return 1 }
