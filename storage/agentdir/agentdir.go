// Package agentdir knows the files that an agent keeps beside its log.
// docs/format/agent.md is its page.
package agentdir

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

const (
	infoName      = "agent.json"
	outputName    = "output"
	paramsName    = "params.json"
	dataName      = "data.json"
	metricsName   = "metrics.jsonl"
	artifactsName = "artifacts"
	heartbeatName = "heartbeat"
	stopName      = "stop"
	formatVersion = 1
)

// Process names a process for as long as the machine is not started anew.
type Process struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"`
	Boot  string `json:"boot"`
}

// Info says who the agent of a log is.
type Info struct {
	Format int      `json:"format"`
	Run    string   `json:"run"`
	Host   string   `json:"host"`
	Agent  Process  `json:"agent"`
	Child  *Process `json:"child,omitempty"`
	Door   string   `json:"door"`
}

// Dir is the folder of one agent.
type Dir struct {
	Disk host.Disk
	Path string
}

// Output is the path of what the child wrote.
func (d Dir) Output() string { return filepath.Join(d.Path, outputName) }

// Write replaces the agent's description.
func (d Dir) Write(i Info) error {
	i.Format = formatVersion
	data, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", infoName)
	}
	return d.Disk.WriteFile(filepath.Join(d.Path, infoName), append(data, '\n'), 0o644)
}

// Read returns the agent's description; ok is false if the log is not an
// agent's.
func (d Dir) Read() (info Info, ok bool, err error) {
	data, err := d.Disk.ReadFile(filepath.Join(d.Path, infoName))
	if fault.KindOf(err) == fault.NotFound {
		return info, false, nil
	}
	if err != nil {
		return info, false, err
	}
	if err := json.Unmarshal(data, &info); err != nil {
		return info, false, fault.New(fault.Corrupt, "the description of an agent is damaged: %v", err).On("read", filepath.Join(d.Path, infoName))
	}
	if info.Format > formatVersion {
		return info, false, fault.New(fault.Newer, "this agent is of a later version of Varve").On("read", d.Path)
	}
	return info, true, nil
}

// Beat overwrites the heartbeat.
func (d Dir) Beat(now time.Time) error {
	return d.put(heartbeatName, now.UnixMilli())
}

// LastBeat returns the time of the last heartbeat, or the zero time.
func (d Dir) LastBeat() time.Time {
	ms, ok := d.number(heartbeatName)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// AskStop asks the agent to end its child: TERM first, KILL after the grace
// time.
func (d Dir) AskStop(grace time.Duration) error {
	return d.put(stopName, grace.Milliseconds())
}

// StopAsked reports whether somebody asked, and the grace time.
func (d Dir) StopAsked() (grace time.Duration, ok bool) {
	ms, ok := d.number(stopName)
	return time.Duration(ms) * time.Millisecond, ok
}

func (d Dir) put(name string, ms int64) error {
	return d.Disk.WriteFile(filepath.Join(d.Path, name), []byte(strconv.FormatInt(ms, 10)), 0o644)
}

func (d Dir) number(name string) (int64, bool) {
	data, err := d.Disk.ReadFile(filepath.Join(d.Path, name))
	if err != nil {
		return 0, false
	}
	ms, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	return ms, err == nil && ms >= 0
}
