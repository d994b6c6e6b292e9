"""Artifacts in folders that `varve serve` was given, as `mlflow server` is.

PLACES names, one a line: the feature, the address of a server, and the folder in
which it must keep artifacts.
"""

import os
import tempfile

import mlflow
import numpy as np
from common import V3
from mlflow import MlflowClient
from sklearn.linear_model import Ridge


def files_below(folder):
    return {os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names}


def try_place(address, folder):
    """All artifact calls, and whether the bytes lie where they were asked to."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(address)
    try:
        client = MlflowClient()
        mlflow.set_experiment("placed")
        with mlflow.start_run() as run, tempfile.TemporaryDirectory() as work:
            path = os.path.join(work, "ü and space.txt")
            with open(path, "w") as f:
                f.write("where am I")
            mlflow.log_artifact(path, "deep/er")
            mlflow.log_text("text", "text.txt")
            mlflow.log_table({"q": ["a"]}, "table.json")
            mlflow.log_table({"q": ["b"]}, "table.json")
            model = Ridge().fit([[0.0], [1.0]], [0.0, 1.0])
            where = {"name": "net"} if V3 else {"artifact_path": "net"}
            info = mlflow.sklearn.log_model(model, **where, pip_requirements=["scikit-learn"])
        id = run.info.run_id
        mine = os.path.join(run.info.experiment_id, id, "artifacts")
        found = files_below(folder)
        assert {os.path.join(mine, name) for name in ["deep/er/ü and space.txt", "text.txt", "table.json"]} <= found, (mine, found)
        assert any(os.path.basename(name) == "MLmodel" for name in found), found
        with open(os.path.join(folder, mine, "deep/er/ü and space.txt")) as f:
            assert f.read() == "where am I"
        assert {f.path for f in client.list_artifacts(id)} >= {"deep", "text.txt", "table.json"}
        assert [(f.path, f.file_size) for f in client.list_artifacts(id, "deep/er")] == [("deep/er/ü and space.txt", 10)]
        with tempfile.TemporaryDirectory() as back:
            got = mlflow.artifacts.download_artifacts(run_id=id, artifact_path="deep", dst_path=back)
            assert files_below(got) == {"er/ü and space.txt"}
        assert len(mlflow.load_table("table.json", run_ids=[id])) == 2
        for uri in [info.model_uri, f"runs:/{id}/net"]:
            assert np.allclose(mlflow.pyfunc.load_model(uri).predict(np.array([[2.0]])), model.predict([[2.0]])), uri
        version = mlflow.register_model(info.model_uri, "placed")
        assert np.allclose(mlflow.sklearn.load_model(f"models:/placed/{version.version}").coef_, model.coef_)
        repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(run.info.artifact_uri)
        repository.delete_artifacts("deep")
        assert not any("deep" in name for name in files_below(folder))
    finally:
        mlflow.set_tracking_uri(before)


def places(feature):
    given = [line.split("\t") for line in os.environ["PLACES"].splitlines()]
    mine = [(address, folder) for name, address, folder in given if name == feature]
    assert len(mine) == 2, given
    for address, folder in mine:
        try_place(address, folder)


def artifact_root():
    places("artifact-root")


def artifact_destination():
    places("artifacts-destination")
