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
func Callers(port int) (map[int]Caller, error) {
	if !callersKnown {
		return nil, fault.New(fault.Unsupported, "this system does not tell which process has a connection")
	}
	list, err := net.ConnectionsWithoutUids("tcp")
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "list", "connections")
	}
	callers := map[int]Caller{}
	for _, c := range list {
		if int(c.Raddr.Port) != port || c.Pid <= 0 {
			continue
		}
		own := int(c.Laddr.Port)
		id, err := IdentityOf(int(c.Pid))
		if before, ok := callers[own]; err != nil || ok && before.Start <= id.Start {
			continue
		}
		name := programName(c.Pid)
		if !slices.Contains(forwarders, name) {
			callers[own] = Caller{id, name}
		}
	}
	return callers, nil
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
