// Package agentbin carries the agent (varve-agent) inside the other two
// programs: packed, for their own platform and for the Linux machines that runs
// are sent to. Whoever needs one takes it out by the hash of its content, so
// that agents of several versions of Varve live side by side in one cache.
package agentbin

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"dev.varve/backend/fault"
)

//go:embed all:agents
var embedded embed.FS

// ListName is the file beside the packed agents that names them: one line each
// with platform ("linux-amd64"), SHA-256 of the unpacked program in hex, and
// its size in bytes. build/tools/packagent writes it.
const ListName = "list"

// Agent is one agent program.
type Agent struct {
	Platform string // "linux-amd64"
	SHA256   string // of the unpacked program, lower-case hex
	Size     int64  // of the unpacked program, in bytes
	packed   fs.FS
}

// For returns the agent for an operating system and processor, in Go's names.
// It fails with fault.Unsupported if this program carries none.
func For(goos, goarch string) (*Agent, error) {
	sub, err := fs.Sub(embedded, "agents")
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "read", "embedded agents")
	}
	return find(sub, goos+"-"+goarch)
}

// Extract puts the agent for this machine into a folder, which is made if it is
// missing, and returns the program's absolute path. A file that is there already is used if its
// content is right, and replaced if not. It may be called by many processes at
// once. It fails with fault.Unsupported if this program carries no agent.
func Extract(folder string) (string, error) {
	agent, err := For(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return "", err
	}
	return agent.Extract(folder)
}

// find reads the list in a folder of packed agents.
func find(packed fs.FS, platform string) (*Agent, error) {
	list, err := packed.Open(ListName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Unsupported, "this program was built without its agent").
			WithHint("run make build")
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "read", "list of agents")
	}
	defer list.Close()

	lines := bufio.NewScanner(list)
	for lines.Scan() {
		a := Agent{packed: packed}
		if _, err := fmt.Sscan(lines.Text(), &a.Platform, &a.SHA256, &a.Size); err != nil {
			return nil, fault.New(fault.Internal, "the list of agents has a bad line %q: %v", lines.Text(), err)
		}
		if a.Platform == platform {
			return &a, nil
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "read", "list of agents")
	}
	return nil, fault.New(fault.Unsupported, "this program carries no agent for %s", strings.Replace(platform, "-", "/", 1))
}

// FileName is the name of the unpacked program; it changes with the content.
func (a *Agent) FileName() string {
	name := "varve-agent-" + a.SHA256[:16]
	if strings.HasPrefix(a.Platform, "windows-") {
		name += ".exe"
	}
	return name
}

// Open reads the unpacked program. A read that does not give the bytes that
// were packed ends with fault.Corrupt instead of io.EOF.
func (a *Agent) Open() (io.ReadCloser, error) {
	file, err := a.packed.Open(a.Platform + ".gz")
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "unpack", "agent")
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		file.Close()
		return nil, fault.Wrap(err, fault.Corrupt, "unpack", "agent")
	}
	return &reader{agent: a, unpacked: unpacked, file: file, sum: sha256.New()}, nil
}

// reader checks what it has read once it comes to the end.
type reader struct {
	agent    *Agent
	unpacked io.Reader
	file     io.Closer
	sum      hash.Hash
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.unpacked.Read(p)
	r.sum.Write(p[:n])
	switch {
	case err == nil:
		return n, nil
	case !errors.Is(err, io.EOF):
		return n, fault.Wrap(err, fault.Corrupt, "unpack", "agent")
	case hex.EncodeToString(r.sum.Sum(nil)) != r.agent.SHA256:
		return n, fault.New(fault.Corrupt, "the agent inside this program is damaged").WithHint("install Varve again")
	}
	return n, io.EOF
}

func (r *reader) Close() error { return r.file.Close() }

// Extract puts the program into a folder, as the function of the same name does
// for this machine's agent.
func (a *Agent) Extract(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", fault.Wrap(err, fault.Internal, "find", folder)
	}
	name := filepath.Join(folder, a.FileName())
	if a.isAt(name) {
		return name, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", problem(err, folder)
	}
	if err := a.write(folder, name); err != nil {
		// On Windows a running program cannot be replaced; another process
		// that was faster has then put the same bytes there.
		if a.isAt(name) {
			return name, nil
		}
		return "", err
	}
	return name, nil
}

// isAt tells whether name holds exactly this program, ready to be started.
func (a *Agent) isAt(name string) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != a.Size {
		return false
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o100 == 0 {
		return false
	}
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return false
	}
	return hex.EncodeToString(sum.Sum(nil)) == a.SHA256
}

// write unpacks beside name and moves the finished file there at once.
func (a *Agent) write(folder, name string) (err error) {
	program, err := a.Open()
	if err != nil {
		return err
	}
	defer program.Close()
	temp, err := os.CreateTemp(folder, ".unpacking-*")
	if err != nil {
		return problem(err, folder)
	}
	defer func() {
		if err != nil {
			temp.Close()
			os.Remove(temp.Name())
		}
	}()
	if _, err := io.Copy(temp, program); err != nil {
		return problem(err, name)
	}
	if err := temp.Chmod(0o755); err != nil && runtime.GOOS != "windows" {
		return problem(err, name)
	}
	if err := temp.Close(); err != nil {
		return problem(err, name)
	}
	if err := os.Rename(temp.Name(), name); err != nil {
		return problem(err, name)
	}
	return nil
}

// problem gives an error of the operating system its kind.
func problem(err error, object string) error {
	kind := fault.Internal
	switch {
	case errors.Is(err, fs.ErrPermission):
		kind = fault.Denied
	case errors.Is(err, syscall.ENOSPC):
		kind = fault.NoSpace
	}
	return fault.Wrap(err, kind, "unpack the agent to", object)
}
