"""What all parts of the session share."""

import time
import warnings

warnings.filterwarnings("ignore")

import matplotlib

matplotlib.use("Agg")
import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

V3 = mlflow.__version__.startswith("3.")
client = MlflowClient()


class Absent(Exception):
    """Says that Varve refuses a feature, as the session found it should."""


def refused(code, call, *args, **kwargs):
    """Calls what must be refused with an error code, and at once: a client that
    takes the refusal for a breakdown repeats its request for minutes."""
    began = time.monotonic()
    try:
        call(*args, **kwargs)
    except MlflowException as e:
        assert e.error_code == code, f"{e.error_code}: {e}"
        assert time.monotonic() - began < 20, "the client repeated its request"
        return str(e)
    raise AssertionError(f"{call} was not refused")
