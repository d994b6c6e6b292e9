package agentdir_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/disk"
)

// FuzzAgent reads whatever may lie in the folder of an agent. What is accepted is
// the same after it was written again.
func FuzzAgent(f *testing.F) {
	f.Add([]byte(`{"format":1,"run":"r1","agent":{"pid":7,"start":9,"boot":"b"}}`), []byte("1700000000000"), []byte("10000"))
	f.Add([]byte(`{"format":99}`), []byte("-1"), []byte("x"))
	f.Add([]byte(`{"run":null,"child":{"pid":-5}}`), []byte(" 5\n"), []byte("9223372036854775807"))
	f.Add([]byte("{"), []byte{}, []byte{0xff})
	dir := agentdir.Dir{Disk: disk.OS{}, Path: f.TempDir()}
	f.Fuzz(func(t *testing.T, info, beat, stop []byte) {
		for name, data := range map[string][]byte{"agent.json": info, "heartbeat": beat, "stop": stop} {
			if err := os.WriteFile(filepath.Join(dir.Path, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if last := dir.LastBeat(); !last.IsZero() && last.Before(time.UnixMilli(0)) {
			t.Errorf("a heartbeat at %v", last)
		}
		if grace, ok := dir.StopAsked(); ok && string(stop) == "" {
			t.Errorf("an empty file asks to stop within %v", grace)
		}
		read, ok, err := dir.Read()
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Corrupt && kind != fault.Newer {
				t.Errorf("%s: %v", kind, err)
			}
			return
		}
		if !ok {
			t.Fatal("there is a description")
		}
		if err := dir.Write(read); err != nil {
			t.Fatal(err)
		}
		again, _, err := dir.Read()
		if read.Format = again.Format; err != nil || !reflect.DeepEqual(read, again) {
			t.Errorf("%+v became %+v, %v", read, again, err)
		}
	})
}
