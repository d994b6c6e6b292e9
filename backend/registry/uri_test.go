package registry

import (
	"strings"
	"testing"
)

func TestParseModelURI(t *testing.T) {
	for text, want := range map[string]ModelURI{
		"models:/lake/3":          {Name: "lake", Version: "3"},
		"models:/lake/Production": {Name: "lake", Stage: "Production"},
		"models:/lake/latest":     {Name: "lake"},
		"models:/lake/LATEST":     {Name: "lake"},
		"models:/lake@champion":   {Name: "lake", Alias: "champion"},
		"models:/a@b@c":           {Name: "a@b", Alias: "c"},
		"models:/m-0123":          {ID: "m-0123"},
		"MODELS:/lake/3":          {Name: "lake", Version: "3"},
		"models:/two words/1":     {Name: "two words", Version: "1"},
		"models:/lake":            {ID: "lake"}, // as MLflow reads it
	} {
		if got, err := ParseModelURI(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "lake", "models:", "models:/", "models:lake/1", "models:/a/b/c", "models:/lake/", "models:/ /1", "models:/lake@", "runs:/x/y"} {
		if got, err := ParseModelURI(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
}

// The ways in which a path leads elsewhere, in every encoding.
var elsewhere = []string{
	"mlflow-artifacts:/1/r/artifacts/../../x", "mlflow-artifacts:/1/r/artifacts/%2e%2e/x", "mlflow-artifacts:/1/r/artifacts/%252e%252e/x",
	"mlflow-artifacts:/1/r/artifacts/..%2fx", "mlflow-artifacts:/1/r/artifacts/%2e%2e%2fx", `mlflow-artifacts:/1/r/artifacts/..\x`,
	`mlflow-artifacts:/1/r/artifacts/%5cx`, "mlflow-artifacts:/1/r/artifacts/x%00", "mlflow-artifacts:/1/r/artifacts/./x", "mlflow-artifacts:/1/r/artifacts#/../x",
	"mlflow-artifacts:/1/r/artifacts/x%23y", "mlflow-artifacts:/1/r/artifacts/x?y", "mlflow-artifacts:/", "mlflow-artifacts:1/r/artifacts",
	"runs:/r/../x", "runs:/r/%2e%2e/x", "s3://b/../x", "s3://b/%2e%2e/x", "s3://b", "dbfs:/a/%25252e%25252e/b", "models:/m-1/../x",
}

func TestPathsThatLeadElsewhere(t *testing.T) {
	for _, source := range elsewhere {
		if err := checkPath(source); err == nil {
			t.Errorf("%s is taken", source)
		}
	}
	for _, source := range []string{"s3://bucket/model", "mlflow-artifacts:/1/r/artifacts/net", "runs:/r/net", "models:/m-1", "gs://b/a//b", "s3://b/a b+c", "s3://b/50%"} {
		if err := checkPath(source); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestLocalPaths(t *testing.T) {
	in := func() (string, error) { return "file:///data/runs/1/artifacts", nil }
	for _, source := range []string{"/data/runs/1/artifacts", "/data/runs/1/artifacts/net", "file:///data/runs/1/artifacts/net", "file://localhost/data/runs/1/artifacts/a%20b"} {
		local, is, err := localPath(source)
		if err != nil || !is {
			t.Fatalf("%s: %v, %v", source, is, err)
		}
		if err := checkLocal(source, local, "run_id", in); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
	for _, source := range []string{
		"/etc/passwd", "/data/runs/1/artifacts/../../2", "/data/runs/1/artifactsx", "data/runs/1/artifacts", "file:///data/runs/1/artifacts/%2e%2e/x",
		"file:/etc", "/data/runs/1/artifacts/%2e%2e/x", "", ".", `C:\data`,
	} {
		local, is, err := localPath(source)
		if err != nil || !is {
			t.Fatalf("%s: %v, %v", source, is, err)
		}
		if err := checkLocal(source, local, "run_id", in); err == nil {
			t.Errorf("%s is taken", source)
		}
	}
	if _, _, err := localPath("file://host/etc"); err == nil {
		t.Error("a file on another host is taken")
	}
	for _, source := range []string{"http://h/x", "https://h/x", "ftp://h/x", "sftp://h/x", "hdfs://h/x", "mlflow-artifacts://h/x", "HTTP://h/x"} {
		if err := checkHost(source); err == nil {
			t.Errorf("%s is taken", source)
		}
	}
}

func FuzzSource(f *testing.F) {
	for _, source := range elsewhere {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		u := splitURI(source)
		_, _ = ParseModelURI(source)
		if _, is, err := localPath(source); err != nil || is || checkPath(source) != nil {
			return
		}
		plain, _ := unescape(u.path, true)
		for part := range strings.SplitSeq(plain, "/") {
			if part == ".." {
				t.Errorf("%q leads upwards", source)
			}
		}
		if within(source, "mlflow-artifacts:/1/r/artifacts") && !strings.HasPrefix(strings.Join(segments(u.path), "/"), "1/r/artifacts") {
			t.Errorf("%q is not within", source)
		}
	})
}
