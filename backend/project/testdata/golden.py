"""Writes golden.json: what Python and MLflow really do.

    python3.11 -m venv v && v/bin/pip install mlflow==2.22.0
    v/bin/python golden.py > golden.json

Four parts: shlex.quote on hostile values; what str() makes of unquoted YAML
defaults; which formats MLflow's command composition takes and what it makes of
them; which texts urlparse takes for URIs.
"""
import json
import platform
import random
import shlex
import sys

import mlflow
import yaml
from mlflow.exceptions import MlflowException
from mlflow.projects._project_spec import EntryPoint
from mlflow.utils import data_utils

HOSTILE = [
    "", " ", "'", '"', "''", "a'b", 'a"b', "a b", "\n", "a\nb", "\r\n", "\t", "\\", "\\\\", "\\'", "a\\",
    "$HOME", "$(touch canary)", "`touch canary`", "${IFS}", "$((1+1))", "; touch canary", "& touch canary",
    "| touch canary", "> canary", "< /etc/passwd", "&& touch canary", "|| touch canary", "\n touch canary \n",
    "*", "?", "[a-z]", "{a,b}", "~", "~root", "!", "!!", "#", "# comment", "-rf", "--", "--help", "=", "a=b", "%", "%s",
    "@", "+", ":", ",", ".", "/", "..", "-", "_", "^", "(", ")", "((", "))", "[", "]", "{", "}", "{{", "}}", "{alpha}",
    "ä", "Größe", "数据", "é", "e\u0301", "😀", "\u202e", "\ufeff", "\u00a0", "\x01", "\x1b[31m", "\x7f",
    "0.5", "1e-3", "-1", "nan", "C:\\data\\x", "file:///a b", "s3://bucket/key", "a" * 300, "'" * 50, "'\"'\"'",
    "$'\\n'", "\\n", "\\x41", "<<EOF", "<(ls)", "EOF\ntouch canary",
]

SCALARS = """0.5 0.10 1.0 1. .5 -.5 +.5 -0.5 +1.5 1e3 1E3 1e-3 1.5e3 1.5e+3 1.5e-3 1.0e+20 1.0e+15 1.0e+16 1.0e-4 1.0e-5
123456789012345678.0 0.1e+1 1_000.5 1.5E+10 .inf -.inf +.inf .Inf .INF .nan .NaN .NAN inf nan Infinity
0 -0 +0 1 -1 +1 00 010 0o10 08 09 0b101 0x1F -0x1f 0xff_ff 1_000 123456789012345678901234567890 1:30 1:30:15 190:20:30.15 -1:30 12:60
yes Yes YES no No NO true True TRUE false False FALSE on On ON off Off OFF y n Y N yEs
hello a-b a_b v1.2 1.2.3 1,5 1/2 50% 0x 0b . - + e1 1e 2001-13 1__0 0_ _1 -0.0 9007199254740993.0 1.7976931348623157e+308 1.0e+400
data/wine-quality.csv s3://b/k C:\\x a=b x#y 0x_1""".split()

FORMATS = [
    "python train.py", "python train.py {alpha} {l1}", "python train.py --alpha {alpha} --l1={l1}", "{alpha}", "{alpha}{alpha}",
    "{{alpha}}", "{{{alpha}}}", "{{}}", "a {{ b }} c", "echo ${{HOME}} {alpha}", "awk '{{print $1}}' {alpha}", "{{{{", "}}}}",
    "python train.py \\\n  --alpha {alpha}", "cd src && python train.py {alpha} | tee log", "{größe}", "{alpha }", "{ alpha}",
    "{", "}", "{alpha", "alpha}", "{{alpha}", "{alpha}}", "{}", "{0}", "{1}", "{unknown}", "{alpha!r}", "{alpha!s}", "{alpha:>10}",
    "{alpha.real}", "{alpha.__class__}", "{alpha[0]}", "{alpha[x]}", "{al{pha}}", "{a{b}c}", "{alpha:{l1}}", "{alpha\n}", "}{", "{}}",
]

VALUES = [
    {"alpha": "0.5", "l1": "0.1"},
    {"alpha": "a b", "l1": "it's"},
    {"l1": "", "alpha": "$(touch canary)", "zeta": "1", "eta": "two words", "größe": "ü"},
    {"alpha": "{l1}", "l1": "}{", "größe": "\n"},
]

URIS = ["s3://b/k", "file:///x", "a:b", "a:", ":", ":a", "", "no", "./x", "/x", "1a:b", "a1:b", "a+b-c.d:e", "a_b:c", "ä:b", "http:", "S3://x", "C:\\x", "a b:c", "-a:b"]


def composed(command, params):
    entry = EntryPoint("main", {"alpha": "float", "l1": {"type": "string", "default": 0.25}, "größe": {"default": "groß und klein"}}, command)
    try:
        return entry.compute_command(params, None)
    except (KeyError, IndexError, ValueError, AttributeError, TypeError, MlflowException) as e:
        return {"error": type(e).__name__}


def scalar(text):
    try:
        v = yaml.safe_load("default: " + text)["default"]
    except (ValueError, yaml.YAMLError) as e:
        return {"error": type(e).__name__}
    return str(v)


def more_hostile(n):
    r = random.Random(20240611)
    alphabet = "ab'\"\\$`;&|<>(){}[]*?!#~%@=+-_.,:/ \n\t\r\x01\x7fäß数😀\u00a0"
    return ["".join(r.choice(alphabet) for _ in range(r.randrange(1, 24))) for _ in range(n)]


json.dump({
    "python": platform.python_version(), "mlflow": mlflow.__version__, "yaml": yaml.__version__,
    "quote": [[v, shlex.quote(v)] for v in HOSTILE + more_hostile(1000)],
    "scalar": [[t, scalar(t)] for t in SCALARS],
    "compose": [{"command": c, "params": [list(kv) for kv in p.items()], "result": composed(c, p)} for c in FORMATS for p in VALUES],
    "uri": [[u, data_utils.is_uri(u)] for u in URIS],
}, sys.stdout, indent=1, ensure_ascii=True)
print()
