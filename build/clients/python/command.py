"""MLflow's command line and projects, with only the tracking URI pointing to Varve."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import mlflow
import numpy as np
import pandas as pd
from click.testing import CliRunner
from common import V3, client
from mlflow.cli import cli
from sklearn.linear_model import Ridge

PROJECT = os.path.join(os.path.dirname(__file__), "project")


def say(*words):
    """Runs a command line of mlflow here: a process of its own takes seconds to start."""
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, f"mlflow {' '.join(words)}: {result.output}"
    return result.output


def command_experiments():
    say("experiments", "create", "-n", "by command")
    id = client.get_experiment_by_name("by command").experiment_id
    assert "by command" in say("experiments", "search")
    say("experiments", "rename", "-x", id, "--new-name", "renamed by command")
    say("experiments", "delete", "-x", id)
    assert client.get_experiment(id).lifecycle_stage == "deleted"
    say("experiments", "restore", "-x", id)
    with mlflow.start_run(experiment_id=id) as run:
        mlflow.log_metric("m", 0.5)
    assert run.info.run_id in say("experiments", "csv", "-x", id)
    if V3:
        assert "renamed by command" in say("experiments", "get", "-x", id)


def command_runs():
    id = mlflow.set_experiment("runs by command").experiment_id
    with mlflow.start_run(run_name="told") as run:
        mlflow.log_param("p", "v")
    run_id = run.info.run_id
    assert run_id in say("runs", "list", "--experiment-id", id)
    assert json.loads(say("runs", "describe", "--run-id", run_id))["data"]["params"] == {"p": "v"}
    say("runs", "delete", "--run-id", run_id)
    assert run_id not in say("runs", "list", "--experiment-id", id)
    say("runs", "restore", "--run-id", run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "active"
    if V3:
        assert "made by command" in say("runs", "create", "--experiment-id", id, "--run-name", "made by command")


def command_artifacts():
    mlflow.set_experiment("artifacts by command")
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "in", "sub"))
        for name in ["one.txt", "sub/two.txt"]:
            with open(os.path.join(folder, "in", name), "w") as f:
                f.write(name)
        id = run.info.run_id
        say("artifacts", "log-artifact", "--local-file", os.path.join(folder, "in", "one.txt"), "--run-id", id, "--artifact-path", "single")
        say("artifacts", "log-artifacts", "--local-dir", os.path.join(folder, "in"), "--run-id", id, "--artifact-path", "tree")
        listed = json.loads(say("artifacts", "list", "--run-id", id, "--artifact-path", "tree"))
        assert [(f["path"], f["is_dir"]) for f in listed] == [("tree/one.txt", False), ("tree/sub", True)], listed
        say("artifacts", "download", "--run-id", id, "--artifact-path", "tree", "--dst-path", os.path.join(folder, "out"))
        say("artifacts", "download", "--artifact-uri", f"runs:/{id}/single", "--dst-path", os.path.join(folder, "out"))
        for name in ["tree/sub/two.txt", "single/one.txt"]:
            with open(os.path.join(folder, "out", name)) as f:
                assert f.read() == name.removeprefix("tree/").removeprefix("single/")


def project():
    """`mlflow run`: the script is started by MLflow, and logs into the run that MLflow made."""
    id = mlflow.set_experiment("project").experiment_id
    say("run", PROJECT, "--env-manager", "local", "--experiment-id", id, "-P", "alpha=0.5", "--run-name", "by command")
    (run,) = client.search_runs([id])
    assert run.info.status == "FINISHED" and run.info.run_name == "by command"
    assert run.data.params == {"alpha": "0.5", "rounds": "3"} and run.data.metrics == {"score": 1.5}
    assert run.data.tags["mlflow.project.entryPoint"] == "main" and run.data.tags["mlflow.source.type"] == "PROJECT"
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/said.txt") == "alpha 0.5"


def answer(url, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    with urllib.request.urlopen(urllib.request.Request(url, body and json.dumps(body).encode(), headers)) as response:
        return response.read()


def serving():
    """`mlflow models predict` and `serve`: the model comes from Varve."""
    mlflow.set_experiment("serving")
    x = pd.DataFrame({"a": np.arange(10.0)})
    fitted = Ridge(alpha=0.1).fit(x, 2 * x["a"])
    where = {"name": "net"} if V3 else {"artifact_path": "net"}
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(fitted, **where, registered_model_name="served", pip_requirements=["scikit-learn"])
    client.set_registered_model_alias("served", "champion", "1")
    want = fitted.predict(pd.DataFrame({"a": [3.0, 4.0]}))
    body = {"dataframe_split": {"columns": ["a"], "data": [[3.0], [4.0]]}}

    with tempfile.TemporaryDirectory() as folder:
        given, made = os.path.join(folder, "in.json"), os.path.join(folder, "out.json")
        with open(given, "w") as f:
            json.dump(body, f)
        say("models", "predict", "-m", f"runs:/{run.info.run_id}/net", "-i", given, "-o", made, "-t", "json", "--env-manager", "local")
        with open(made) as f:
            assert np.allclose(json.load(f)["predictions"], want)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", "models:/served@champion", "-h", "127.0.0.1", "-p", str(port), "--env-manager", "local"]
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            deadline = time.monotonic() + 300
            while True:
                try:
                    answer(f"http://127.0.0.1:{port}/ping")
                    break
                except urllib.error.URLError:
                    if server.poll() is not None or time.monotonic() > deadline:
                        log.seek(0)
                        raise AssertionError(f"the model is not served:\n{log.read().decode()}") from None
                    time.sleep(0.2)
            assert np.allclose(json.loads(answer(f"http://127.0.0.1:{port}/invocations", body))["predictions"], want)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()
