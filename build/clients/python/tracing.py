"""Traces, which Varve does not keep: a script must not be held up by that."""

import http.server
import json
import threading
import time

import mlflow
from common import V3, Absent, client, refused

if V3:
    import openai


def held_up(since, most):
    took = time.monotonic() - since
    assert took < most, f"the script was held up for {took:.0f} s"


def flush():
    """Waits for what is sent in the background, as the end of a script does."""
    if V3:
        mlflow.flush_trace_async_logging()


def traces():
    mlflow.set_experiment("traces")

    @mlflow.trace
    def double(x):
        with mlflow.start_span("inner") as span:
            span.set_inputs({"x": x})
        return 2 * x

    began = time.monotonic()
    with mlflow.start_run() as run:
        assert [double(i) for i in range(5)] == [0, 2, 4, 6, 8]
        held_up(began, 20)
        mlflow.log_metric("m", 1)
    flush()
    held_up(began, 40)
    assert client.get_run(run.info.run_id).info.status == "FINISHED"
    refused("ENDPOINT_NOT_FOUND", client.search_traces, [run.info.experiment_id])
    raise Absent


class Model(http.server.BaseHTTPRequestHandler):
    """Speaks like a language model's server, and says hello."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}
        said = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "small", "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


def language_model():
    mlflow.set_experiment("language model")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        threading.Thread(target=server.serve_forever).start()
        mlflow.openai.autolog()
        try:
            asked = openai.OpenAI(api_key="none", base_url=f"http://127.0.0.1:{server.server_port}/v1")
            began = time.monotonic()
            for _ in range(5):
                answer = asked.chat.completions.create(model="small", messages=[{"role": "user", "content": "hi"}])
                assert answer.choices[0].message.content == "hello"
            held_up(began, 20)
            flush()
            held_up(began, 40)
        finally:
            mlflow.openai.autolog(disable=True)
            server.shutdown()
    raise Absent
