// Package sysmon turns what a machine says about itself and about the
// processes of a run into metrics, under the names that MLflow's own system
// metrics have.
package sysmon

import (
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// Prefix begins the key of every system metric.
const Prefix = "system/"

// Sample is one look at the machine and at the process tree of a run.
type Sample struct {
	CPUPercent      float64 // of the whole machine, 0 to 100
	MemoryUsed      int64   // bytes, of the whole machine
	MemoryTotal     int64
	DiskUsed        int64 // bytes, of the file system of the workspace
	DiskTotal       int64
	NetworkReceived int64 // bytes since the machine was started
	NetworkSent     int64
	Tree            Tree
}

// Tree is what the processes of a run use together.
type Tree struct {
	Processes  int
	CPUTime    time.Duration // since they were started; of living processes
	Memory     int64         // resident bytes
	ReadBytes  int64         // from disk, since they were started
	WriteBytes int64
}

// Meter turns samples into metrics: rates need two of them.
type Meter struct {
	first Sample
	last  Sample
	at    time.Time
	n     int64
}

const mega = 1e6 // MLflow's megabytes are decimal

// Metrics returns the metrics of one more sample; its number is the step.
func (m *Meter) Metrics(s Sample, now time.Time) []track.Metric {
	values := map[string]float64{
		"cpu_utilization_percentage":     s.CPUPercent,
		"system_memory_usage_megabytes":  float64(s.MemoryUsed) / mega,
		"system_memory_usage_percentage": percent(s.MemoryUsed, s.MemoryTotal),
		"disk_usage_megabytes":           float64(s.DiskUsed) / mega,
		"disk_usage_percentage":          percent(s.DiskUsed, s.DiskTotal),
		"disk_available_megabytes":       float64(s.DiskTotal-s.DiskUsed) / mega,
		"run_processes":                  float64(s.Tree.Processes),
		"run_memory_megabytes":           float64(s.Tree.Memory) / mega,
		"run_disk_read_megabytes":        float64(s.Tree.ReadBytes) / mega,
		"run_disk_write_megabytes":       float64(s.Tree.WriteBytes) / mega,
	}
	if m.n == 0 {
		m.first = s
	} else {
		values["network_receive_megabytes"] = float64(s.NetworkReceived-m.first.NetworkReceived) / mega
		values["network_transmit_megabytes"] = float64(s.NetworkSent-m.first.NetworkSent) / mega
		if wall := now.Sub(m.at); wall > 0 {
			used := max(s.Tree.CPUTime-m.last.Tree.CPUTime, 0) // a process that ended takes its time along
			values["run_cpu_percentage"] = 100 * used.Seconds() / wall.Seconds()
		}
	}
	metrics := make([]track.Metric, 0, len(values))
	for key, v := range values {
		metrics = append(metrics, track.Metric{
			Key: Prefix + key, Point: event.Point{Step: m.n, Time: now.UnixMilli(), Value: v},
		})
	}
	m.last, m.at = s, now
	m.n++
	return metrics
}

func percent(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}
