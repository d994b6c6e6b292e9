package owner

import (
	"context"
	"encoding/hex"
	"net/http"
	"os"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/app/mlflow"
	"dev.varve/backend/artifact"
	"dev.varve/storage/plainfiles"
)

// makeDoor connects the door with what it needs.
func (o *Owner) makeDoor(address string) error {
	if err := o.openWebhooks(); err != nil {
		return err
	}
	token := ""
	if !o.NoToken {
		var err error
		if token, err = Token(o.disk, o.random, o.places); err != nil {
			return err
		}
	}
	places := &artifact.Places{Records: recorded{announced{o.tracker, o.courier}, o.scripts}, Bytes: o, Plain: o.plain, Destination: o.ArtifactsDestination}
	o.door = door.New(door.Options{
		Device: o.device.String(), Backup: o.Backup, Workspace: api.Workspace{
			ID: hex.EncodeToString(o.ws.ID[:]), Name: o.ws.Name(), Path: o.Dir, Version: o.Program, Door: address, Warning: unwise(o.Dir),
		},
		Token: token, Clock: o.clock, Random: o.random,
		Damage: o.Damage, Records: records{announced{o.tracker, o.courier}, o.puts}, Artifacts: places, Files: o, Data: data{o}, Projects: projects{o}, Control: control{o}, Machine: glance{}, Workspaces: workspaces{o}, Scripts: scripts{o}, Diagnostics: diagnostics{o}, Trash: trash{o}, Imports: importer{o}, Exports: exporter{o, places}, Workbook: o.workbook,
		Hub: o.hub, Jobs: o.jobs,
		MLflow: mlflow.New(mlflow.Options{Tracker: recorded{announced{o.tracker, o.courier}, o.scripts}, Artifacts: places, Folder: o.Folder, Version: o.Program, Webhooks: o.courier}),
		Pages:  o.Options.Pages, Log: o.log, OnActivity: o.activity.note, OnConnection: o.scripts.note,
	})
	return nil
}

// plain makes the tree of plain files in a folder that a person named.
func (o *Owner) plain(base, below string) artifact.Tree {
	return plainfiles.Tree{Base: base, Below: below, Random: o.random}
}

// Pages answers the pages of a window in this process.
func (o *Owner) Pages() http.Handler { return o.door.Trusted() }

// EndStreams lets the live events of pages end, before the owner closes.
func (o *Owner) EndStreams() { o.door.Close() }

// OpenDoor opens the door on this machine's own address and says where it is.
func (o *Owner) OpenDoor(ctx context.Context) (address string, err error) {
	port := o.Port
	if port == 0 {
		port = ReadHint(o.disk, o.places).Port
	}
	if o.listeners, err = door.Listen(ctx, port, o.Port != 0); err != nil {
		return "", err
	}
	if err := o.tracker.LocateDefault(ctx); err != nil {
		return "", err
	}
	if err := o.makeDoor(o.listeners.Address()); err != nil {
		return "", err
	}
	o.activity.note(0)
	if err := Note(o.Dir); err != nil {
		o.log.Warn("the list of workspaces", "why", err)
	}
	o.goOn()
	o.done.Go(func() { o.scripts.follow(o.background) })
	o.done.Go(func() { o.courier.Run(o.background) })
	o.done.Go(func() {
		if err := o.door.Serve(o.background, o.listeners); err != nil {
			o.log.Error("the door is closed", "why", err)
		}
	})
	return o.listeners.Address(), o.hint(true).write(o.disk, o.places)
}

// hint is what others find the door by; open says whether it still is.
func (o *Owner) hint(open bool) Hint {
	return Hint{
		PID: os.Getpid(), Address: o.listeners.Address(), Port: o.listeners.Port, Program: o.Program, Open: open, NoToken: o.NoToken,
	}
}

// BrowserAddress is the address of the pages with a code that opens one
// browser session.
func (o *Owner) BrowserAddress() string {
	return o.listeners.Address() + "/#code=" + o.door.NewCode()
}
