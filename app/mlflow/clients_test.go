//go:build clients

package mlflow_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Tests with the build tag clients start the real MLflow, the versions in
// build/clients/mlflow-*.txt. `make setup` makes their Python environments.
// Whoever asks for these tests gets them: what is missing is a failure. Its
// clients are tried in build/clients.

const environments = "../../build/cache/clients"

// python returns the interpreter of an environment with the packages of
// build/clients/<name>.txt.
func python(t *testing.T, name string) string {
	t.Helper()
	bin := filepath.Join("bin", "python")
	if runtime.GOOS == "windows" {
		bin = filepath.Join("Scripts", "python.exe")
	}
	bin = mustAbs(t, filepath.Join(environments, name, bin))
	if _, err := os.Stat(bin); err != nil {
		t.Fatalf("%v: run `make setup` first", err)
	}
	return bin
}

// quiet keeps clients from phoning home and from waiting long.
var quiet = []string{"MLFLOW_DISABLE_TELEMETRY=true", "DO_NOT_TRACK=true", "MLFLOW_HTTP_REQUEST_MAX_RETRIES=2", "PYTHONWARNINGS=ignore", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT=true", "NO_PROXY=127.0.0.1"}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	noError(t, err)
	return abs
}

// portForOther finds a port for a program that cannot be asked which one it took.
// It is below those that Linux hands out by itself, so that nobody is given it
// until that program listens.
func portForOther(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := fmt.Sprint(20000 + rand.IntN(12000))
		if listener, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			noError(t, listener.Close())
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// realServer starts `mlflow server` on an empty SQLite database.
func realServer(t *testing.T, bin string) (address string) {
	t.Helper()
	port := portForOther(t)
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, bin, "-m", "mlflow", "server", "--backend-store-uri", "sqlite:///mlflow.db",
		"--artifacts-destination", "./artifacts", "--host", "127.0.0.1", "--port", port, "--workers", "1")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), quiet...)
	ownGroup(cmd)
	output, err := cmd.StderrPipe()
	noError(t, err)
	noError(t, cmd.Start())
	var last strings.Builder
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			last.WriteString(lines.Text() + "\n")
		}
		_, _ = io.Copy(io.Discard, output)
	}()
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // it was killed
		<-read
	})
	address = "http://127.0.0.1:" + port
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); {
		res, err := http.Get(address + "/health")
		if err == nil {
			_ = res.Body.Close()
			return address
		}
		var refused *net.OpError
		if !errors.As(err, &refused) {
			break
		}
		select {
		case <-read:
			t.Fatalf("mlflow server ended:\n%s", &last)
		case <-time.After(200 * time.Millisecond): // another program starts: there is nothing else to wait on
		}
	}
	t.Fatalf("mlflow server does not answer at %s", address)
	return ""
}
