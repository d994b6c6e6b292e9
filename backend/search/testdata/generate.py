"""Asks the real MLflow and records its answers in <entity>.json beside this file.

    python3 -m venv VENV && VENV/bin/pip install mlflow==3.17.2 sqlparse==0.6.1
    VENV/bin/python generate.py

Each file holds the rows of a small world and one search a line:
  f filter, o order, d datasets (logged models), and of the answer one of
  r the numbers of the rows found, in order
  e the message of an INVALID_PARAMETER_VALUE;  m: Varve must use the same words
  x what MLflow answers with status 500: the error's type or code
"""

import json
import logging
import os
import re
import sys
import tempfile
import warnings

import mlflow
import sqlparse
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

import cases
import worlds

HERE = os.path.dirname(os.path.abspath(__file__))


def search_of(entity, store, registry, experiments):
    """Returns the function that searches and the one that names a result."""
    if entity == "runs":
        return (lambda f, o, d: store._search_runs(experiments, f, ViewType.ALL, 50000, o, None)[0]), lambda r: r.info.run_id
    if entity == "experiments":
        return (lambda f, o, d: store.search_experiments(ViewType.ALL, 1000, f, o)), lambda r: r.name
    if entity == "registered_models":
        return (lambda f, o, d: registry.search_registered_models(f, 1000, o)), lambda r: r.name
    if entity == "model_versions":
        return (lambda f, o, d: registry.search_model_versions(f, 1000, o)), lambda r: (r.name, int(r.version))
    return (lambda f, o, d: store.search_logged_models(["0"], f, d, 1000, o)), lambda r: r.model_id


def name_of(entity, row):
    a = row["attributes"]
    return {"runs": a.get("run_id"), "logged_models": a.get("model_id"), "model_versions": (a["name"], a.get("version_number"))
            if "name" in a else None}.get(entity, a.get("name"))


def sorted_sets(message):
    """Python shows sets in any order."""
    def fix(m):
        return "{" + ", ".join(sorted(m.group(1).split(", "))) + "}"
    return re.sub(r"\{('[^{}]*')\}", fix, message)


def answer(search, name, numbers, text, order, datasets):
    try:
        return {"r": [numbers[name(found)] for found in search(text, order, datasets)]}
    except MlflowException as e:
        if e.error_code == "INVALID_PARAMETER_VALUE":
            return {"e": sorted_sets(e.message)}
        return {"x": e.error_code}
    except Exception as e:  # the server would answer 500
        return {"x": type(e).__name__}


def record(entity):
    worlds.fixed_ids()
    with tempfile.TemporaryDirectory() as folder:
        store, registry = worlds.open_stores(folder)
        experiments = None
        if entity == "runs":
            rows, experiments = worlds.build_runs(store)
        elif entity == "model_versions":
            worlds.build_registered_models(registry)
            rows = worlds.build_model_versions(registry)
        else:
            rows = getattr(worlds, "build_" + entity)(registry if entity == "registered_models" else store)
        search, name = search_of(entity, store, registry, experiments)
        numbers = {name_of(entity, row): i for i, row in enumerate(rows)}
        lines, seen = [], set()
        for text, order, datasets, same in cases.cases(entity, rows):
            question = {k: v for k, v in (("f", text), ("o", order), ("d", datasets)) if v}
            key = json.dumps(question)
            if key in seen:
                continue
            seen.add(key)
            line = {**question, **answer(search, name, numbers, text, order, datasets)}
            if same:
                assert "e" in line, line
                line["m"] = 1
            lines.append(json.dumps(line, ensure_ascii=False))
    head = {"mlflow": mlflow.__version__, "sqlparse": sqlparse.__version__}
    with open(os.path.join(HERE, entity + ".json"), "w", encoding="utf-8") as f:
        f.write('{"made_with": ' + json.dumps(head) + ',\n"rows": [\n')
        f.write(",\n".join(json.dumps(r, ensure_ascii=False) for r in rows))
        f.write('\n],\n"cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(entity, len(lines), "searches")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for entity in sys.argv[1:] or cases.ENTITIES:
        record(entity)
