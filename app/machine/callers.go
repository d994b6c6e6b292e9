package machine

import (
	"slices"

	"github.com/shirou/gopsutil/v3/net"
	gopsprocess "github.com/shirou/gopsutil/v3/process"

	"dev.varve/backend/fault"
)

// forwarders are programs that hand on the connections of others, from this
// computer or from another one: that they live says nothing about those.
var forwarders = []string{
	"sshd", "sshd-session", "sshd.exe", "ssh", "ssh.exe", "docker-proxy", "rootlesskit", "slirp4netns", "pasta", "passt", "socat",
	"kubectl", "wslrelay.exe", "wslhost.exe", "com.docker.backend.exe", "gvproxy", "nginx", "haproxy", "caddy", "envoy",
}

// Caller is the process at the other end of a connection.
type Caller struct {
	Identity
	Name string // of its program
}

// Callers finds the processes of this machine that have connections to a port of
// it, by the port at their own end. Those of other people are not found, nor
// those that only hand on the connections of others. Of processes that share a
// connection, the oldest is meant: the others inherited it.
func Callers(port int) (last map[int]Caller, err error) {
	if !callersKnown {
		return nil, fault.New(fault.Unsupported, "this system does not tell which process has a connection")
	}
	for range looks {
		callers, sure, err := lookForCallers(port)
		if err != nil || sure {
			return callers, err
		}
		last = callers
	}
	return last, nil
}

// looks is how often it is looked, at most, when somebody seems to have just become
// another program.
const looks = 3

// lookForCallers is not sure if a connection belongs to a process that has it no more.
func lookForCallers(port int) (callers map[int]Caller, sure bool, err error) {
	list, err := net.ConnectionsWithoutUids("tcp")
	if err != nil {
		return nil, false, fault.Wrap(err, fault.Internal, "list", "connections")
	}
	callers, sure = map[int]Caller{}, true
	for _, c := range list {
		if int(c.Raddr.Port) != port || c.Pid <= 0 {
			continue
		}
		pid, has := opener(int(c.Pid), c.Fd)
		if !has {
			sure = false
			continue
		}
		own := int(c.Laddr.Port)
		id, err := IdentityOf(pid)
		if before, ok := callers[own]; err != nil || ok && before.Start <= id.Start {
			continue
		}
		name := programName(int32(pid))
		if !slices.Contains(forwarders, name) {
			callers[own] = Caller{id, name}
		}
	}
	return callers, sure, nil
}

func programName(pid int32) string {
	p, err := gopsprocess.NewProcess(pid)
	if err != nil {
		return ""
	}
	name, err := p.Name()
	if err != nil {
		return ""
	}
	return name
}
