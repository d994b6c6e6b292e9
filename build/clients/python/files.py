"""Artifacts of runs."""

import json
import os
import tempfile

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
from common import client
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository


def artifacts():
    mlflow.set_experiment("field")
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        with open(os.path.join(folder, "ü and space 100%.bin"), "wb") as f:
            f.write(os.urandom(3_000_000))
        os.makedirs(os.path.join(folder, "sub", "deep"))
        for i in range(20):
            with open(os.path.join(folder, "sub", "deep", f"{i}.txt"), "w") as f:
                f.write("line\n" * i)
        mlflow.log_artifact(os.path.join(folder, "ü and space 100%.bin"), "single")
        mlflow.log_artifacts(folder, "tree")
        id = run.info.run_id
        assert [(f.path, f.is_dir) for f in client.list_artifacts(id)] == [("single", True), ("tree", True)]
        assert [(f.path, f.file_size) for f in client.list_artifacts(id, "single")] == [("single/ü and space 100%.bin", 3_000_000)]
        assert len(client.list_artifacts(id, "tree/sub/deep")) == 20
        with tempfile.TemporaryDirectory() as back:
            mlflow.artifacts.download_artifacts(run_id=id, artifact_path="tree", dst_path=back)
            for name in ["ü and space 100%.bin", "sub/deep/7.txt"]:
                with open(os.path.join(folder, name), "rb") as a, open(os.path.join(back, "tree", name), "rb") as b:
                    assert a.read() == b.read(), name
        try:
            mlflow.artifacts.download_artifacts(run_id=id, artifact_path="nothing")
            raise AssertionError("a missing artifact was downloaded")
        except (MlflowException, OSError):
            pass
        repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(run.info.artifact_uri)
        repository.delete_artifacts("tree/sub")
        assert [f.path for f in client.list_artifacts(id, "tree")] == ["tree/ü and space 100%.bin"]


def parts():
    """A client that would send and fetch large files in parts asks, is told what
    `mlflow server` tells it for a folder of files, and sends and fetches them whole."""
    mlflow.set_experiment("field")
    asked = {
        "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true", "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": "1000000", "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": "500000",
        "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true",
    }
    os.environ.update(asked)
    begin = HttpArtifactRepository.create_multipart_upload
    begun = []

    def counted(self, *args, **named):
        begun.append(args)
        return begin(self, *args, **named)

    HttpArtifactRepository.create_multipart_upload = counted
    try:
        with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
            path = os.path.join(folder, "large.bin")
            with open(path, "wb") as f:
                f.write(os.urandom(3_000_000))
            mlflow.log_artifact(path)
            assert [(f.path, f.file_size) for f in client.list_artifacts(run.info.run_id)] == [("large.bin", 3_000_000)]
            with open(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="large.bin", dst_path=os.path.join(folder, "back")), "rb") as a, open(path, "rb") as b:
                assert a.read() == b.read()
        assert len(begun) == 1, begun
    finally:
        HttpArtifactRepository.create_multipart_upload = begin
        for name in asked:
            del os.environ[name]


def texts():
    mlflow.set_experiment("field")
    with mlflow.start_run() as run:
        mlflow.log_text("hello ü", "notes/hello.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        mlflow.log_dict({"a": [1, 2]}, "config.yaml")
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3])
        mlflow.log_figure(figure, "plots/figure.png")
    id = run.info.run_id
    assert mlflow.artifacts.load_text(f"runs:/{id}/notes/hello.txt") == "hello ü"
    assert mlflow.artifacts.load_dict(run.info.artifact_uri + "/config.json") == {"a": [1, 2]}
    assert "- 1" in mlflow.artifacts.load_text(f"runs:/{id}/config.yaml")
    assert mlflow.artifacts.load_image(f"runs:/{id}/plots/figure.png").size == (640, 480)


def images():
    """Images by file name, and by key and step: two files each, with what they
    are in their names, and a tag that makes MLflow's pages show them."""
    mlflow.set_experiment("field")
    pixels = np.zeros((8, 12, 3), dtype=np.uint8)
    with mlflow.start_run() as run:
        mlflow.log_image(pixels, "image.png")
        for step in range(3):
            mlflow.log_image(pixels, key="first look", step=step, timestamp=1_700_000_000_000 + step)
        mlflow.log_image(mlflow.Image(pixels), key="now", synchronous=True)
        mlflow.flush_artifact_async_logging()
    id = run.info.run_id
    assert mlflow.artifacts.load_image(f"runs:/{id}/image.png").size == (12, 8)
    assert client.get_run(id).data.tags["mlflow.loggedImages"] == "True"
    names = [os.path.basename(f.path) for f in client.list_artifacts(id, "images")]
    for step in range(3):
        mine = [n for n in names if f"+step+{step}+timestamp+{1_700_000_000_000 + step}+" in n or f"%step%{step}%timestamp%{1_700_000_000_000 + step}%" in n]
        assert sorted(os.path.splitext(n)[1] for n in mine) == [".png", ".webp"] and all(n.startswith("first look") for n in mine), names
    assert len(names) == 8, names
    for name in names:
        width, height = mlflow.artifacts.load_image(f"runs:/{id}/images/{name}").size
        assert name.endswith(".webp") or (width, height) == (12, 8), name


def tables():
    experiment = mlflow.set_experiment("tables").experiment_id
    with mlflow.start_run() as first:
        mlflow.log_table({"q": ["a"], "r": [1]}, "table.json")
        mlflow.log_table({"q": ["b"], "r": [2]}, "table.json")
        mlflow.log_table(pd.DataFrame({"x": [0.5]}), "deep/other.json")
    with mlflow.start_run() as second:
        mlflow.log_table({"q": ["c"], "r": [3]}, "table.json")
    assert len(mlflow.load_table("table.json", run_ids=[first.info.run_id])) == 2
    assert mlflow.load_table("deep/other.json", run_ids=[first.info.run_id])["x"][0] == 0.5
    assert mlflow.active_run() is None
    both = mlflow.load_table("table.json", run_ids=[first.info.run_id, second.info.run_id], extra_columns=["run_id"])
    assert sorted(both["r"]) == [1, 2, 3] and set(both["run_id"]) == {first.info.run_id, second.info.run_id}
    logged = json.loads(client.get_run(first.info.run_id).data.tags["mlflow.loggedArtifacts"])
    assert [t["path"] for t in logged] == ["table.json", "deep/other.json"], logged
    found = client.search_runs([experiment], "tags.mlflow.loggedArtifacts LIKE '%deep/other.json%'")
    assert [r.info.run_id for r in found] == [first.info.run_id]
