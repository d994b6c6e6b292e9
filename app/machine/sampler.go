package machine

import (
	"time"

	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/disk"
	"github.com/shirou/gopsutil/v3/mem"
	"github.com/shirou/gopsutil/v3/net"
	gopsprocess "github.com/shirou/gopsutil/v3/process"

	"dev.varve/backend/sysmon"
)

// Members returns the numbers of the living processes of a tree. It reads the
// table of processes once and starts nothing.
func Members(t Tree) ([]int, error) { return newHunt(t).members() }

// Sampler looks at the machine and at one tree of processes. What a system
// does not tell stays zero.
type Sampler struct {
	Tree Tree
	Path string // a path on the file system whose space is of interest
}

// Sample looks once. The first CPU share is that since the machine was
// started; later ones are since the sample before.
func (s Sampler) Sample() sysmon.Sample {
	out := Glance()
	if d, err := disk.Usage(s.Path); err == nil {
		out.DiskUsed, out.DiskTotal = int64(d.Used), int64(d.Total)
	}
	if n, err := net.IOCounters(false); err == nil && len(n) > 0 {
		out.NetworkReceived, out.NetworkSent = int64(n[0].BytesRecv), int64(n[0].BytesSent)
	}
	pids, err := Members(s.Tree)
	if err != nil {
		return out
	}
	for _, pid := range pids {
		addProcess(&out.Tree, int32(pid))
	}
	return out
}

// Glance looks at processor and memory of the machine only.
func Glance() sysmon.Sample {
	var out sysmon.Sample
	if p, err := cpu.Percent(0, false); err == nil && len(p) > 0 {
		out.CPUPercent = p[0]
	}
	if m, err := mem.VirtualMemory(); err == nil {
		out.MemoryUsed, out.MemoryTotal = int64(m.Used), int64(m.Total)
	}
	return out
}

// addProcess adds one process, which may end at any moment.
func addProcess(t *sysmon.Tree, pid int32) {
	p := &gopsprocess.Process{Pid: pid} // NewProcess would ask whether it exists, and ask again
	t.Processes++
	if times, err := p.Times(); err == nil {
		t.CPUTime += time.Duration((times.User + times.System) * float64(time.Second))
	}
	if m, err := p.MemoryInfo(); err == nil && m != nil {
		t.Memory += int64(m.RSS)
	}
	if io, err := p.IOCounters(); err == nil && io != nil {
		t.ReadBytes += int64(io.ReadBytes)
		t.WriteBytes += int64(io.WriteBytes)
	}
}
