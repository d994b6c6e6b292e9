package owner

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"

	"dev.varve/app/machine"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/journal"
	"dev.varve/storage/workspace"
)

// device is what this machine remembers about itself and one workspace folder.
// It ties the device's id to machine and folder, and to the last opening of
// its log: a copied folder, a restored back-up or a cloned disk does not match,
// and gets an id of its own.
type device struct {
	Device    string `json:"device"`
	Workspace string `json:"workspace"`
	Folder    string `json:"folder"`
	Machine   string `json:"machine"`
	Written   string `json:"written"` // incarnation of the newest segment of the log
	Opened    string `json:"opened"`  // incarnation of the last opening, which may have written nothing
}

const deviceName = "device.json"

// recall returns the device id under which this machine may append to the
// workspace's journal: the remembered one if everything agrees, else a new one.
func recall(disk host.Disk, random host.Random, w *workspace.Workspace, p Places) (device, error) {
	name := filepath.Join(p.State, deviceName)
	var d device
	data, err := disk.ReadFile(name)
	if err == nil && json.Unmarshal(data, &d) == nil {
		agrees, written, err := d.agrees(disk, w)
		if err != nil {
			return d, err
		}
		if agrees {
			d.Written = written
			return d, nil
		}
	} else if err != nil && fault.KindOf(err) != fault.NotFound {
		return d, err
	}
	var id event.Writer
	if _, err := random.Read(id[:]); err != nil {
		return d, fault.Wrap(err, fault.Internal, "draw", "random bytes")
	}
	return device{
		Device: id.String(), Workspace: hex.EncodeToString(w.ID[:]), Folder: w.Dir, Machine: machineID(),
	}, nil
}

// agrees reports whether what is remembered fits the folder as it is, and the
// incarnation of the newest segment.
func (d device) agrees(disk host.Disk, w *workspace.Workspace) (ok bool, written string, err error) {
	id, err := event.ParseWriter(d.Device)
	if err != nil || d.Workspace != hex.EncodeToString(w.ID[:]) || d.Folder != w.Dir || d.Machine != machineID() {
		return false, "", nil
	}
	head, exists, err := journal.Head(disk, journal.Dir(w.Journal(), id), id)
	if errors.Is(err, fault.Corrupt) {
		return false, "", nil // nobody goes on with a log whose end cannot be read
	}
	if err != nil {
		return false, "", err
	}
	if !exists {
		return d.Written == "", "", nil // the log is empty, or it was taken away
	}
	written = head.String()
	return written == d.Written || written == d.Opened, written, nil
}

// remember stores the device before anything is written under its id.
func (d device) remember(disk host.Disk, p Places) error {
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", deviceName)
	}
	return disk.WriteFile(filepath.Join(p.State, deviceName), append(data, '\n'), 0o600)
}

// machineID is empty where a machine has none; then folder and log decide.
func machineID() string {
	id, err := machine.ID()
	if err != nil {
		return ""
	}
	return id
}
