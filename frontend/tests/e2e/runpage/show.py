"""Writes a log, metrics and files of every kind that the page of a run shows; Python alone is enough."""

import base64
import json
import math
import random
import struct
import sys
import zlib

import tracking

what, lines = sys.argv[1], int(sys.argv[2])


def artifact(name, data):
    tracking.log_file(data if isinstance(data, bytes) else data.encode(), name)


def show_log():
    out = sys.stdout
    out.write("\033[1mstarting\033[0m on \033[36mgalaxies\033[0m\n")
    for percent in range(0, 101, 5):
        out.write(f"\r\033[Kloading {percent:3d}% |{'█' * (percent // 10):10}|")
    out.write("\n")
    for outer in range(3):
        out.write(f"\repoch {outer + 1}/3\n\rbatch 50/50\033[A")
    out.write("\n\n")
    for i in range(lines):
        if i % 100 == 50:
            out.write(f"\033[33mwarning: row {i} has no redshift\033[0m, left out\n")
        elif i % 100 == 70:
            out.write(f"\033[1;91mERROR\033[0m \033[2min {i}\033[0m \033[38;5;208morange\033[0m \033[38;2;120;80;255mviolet\033[0m \033[30;42m PASS \033[0m\n")
        else:
            out.write(f"step {i:6d}  loss {1 / (i + 1):.6f}  lr 8e-4\n")
    out.write("\033[4mthe end\033[0m\n")
    out.flush()


def show_charts():
    random.seed(4)
    points = []
    for step in range(4000):
        points.append(("train_loss", math.exp(-step / 900) + 0.02 + random.gauss(0, 0.04) * math.exp(-step / 1500) ** 2, step))
        if step % 100 == 0:
            points.append(("val_loss", float("nan") if step == 1000 else math.exp(-step / 800) * 1.1 + 0.05, step))
        if step % 10 == 0:
            points.append(("learning_rate", 8e-4 * (1 + math.cos(step / 4000 * math.pi)) / 2, step))
            points.append(("margin", math.sin(step / 300) * 2, step))
    tracking.log_points(points)


def png(width, height):
    rows = b"".join(b"\0" + bytes(v for x in range(width) for v in (x * 255 // width, y * 255 // height, 120)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def show_files():
    artifact("table.csv", "id,name,value,day,ok\n" + "".join(f'{i},"wine, ""no. {i}""",{i / 7:.4f},2026-01-{i % 28 + 1:02d},{"true" if i % 2 else "false"}\n' for i in range(2500)))
    artifact("table.tsv", "a\tb\n1\tx y\nNaN\t\n")
    artifact("picture.png", png(320, 200))
    artifact("numbers.json", '{"rmse": NaN, "id": 12345678901234567890, "rows": [1, 2, {"deep": [true, null, "text"]}], "many": %s}' % json.dumps(list(range(250))))
    artifact("summary.json", json.dumps({"rmse": 0.6355, "rows": [1, {"deep": [True, None, "text"]}], "many": list(range(250))}))
    artifact("notes.md", "# A note\n\nWith **bold** words, `code` and a table.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>\n")
    picture = base64.b64encode(png(160, 60)).decode()
    cells = [
        {"cell_type": "markdown", "source": ["# Notebook\n", "A *short* one."]},
        {"cell_type": "code", "execution_count": 3, "source": "print('hello')\n6 * 7", "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["\033[32mhello\033[0m\n"]},
            {"output_type": "execute_result", "data": {"text/plain": "42", "text/html": "<b>42</b>"}},
            {"output_type": "display_data", "data": {"image/png": picture, "text/plain": "<Figure>"}},
            {"output_type": "display_data", "data": {"text/html": "<script>alert(2)</script>"}},
            {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": ["\033[31mValueError\033[0m: bad"]},
        ]},
    ]
    artifact("study.ipynb", json.dumps({"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": cells}))
    artifact("report.html", """<!doctype html><html><head><meta http-equiv="refresh" content="0; url=https://example.com/away"><style>h1{color:teal}</style>
<script>document.title = 'ran'; fetch('https://example.com/x')</script><link rel="stylesheet" href="https://example.com/style.css"></head>
<body><h1>Report</h1><p>It is <b>done</b>.</p><img src="https://example.com/pixel.png"><img src="/api/varve/v1/workspace"><script>document.body.append('SCRIPT RAN')</script></body></html>""")
    artifact("plain.txt", "".join(f"line {i}\n" for i in range(1, 121)))
    artifact("model.pkl", b"\x80\x04\x95" + bytes(range(256)) * 20)
    artifact("weights.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + ("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }".ljust(117) + "\n").encode() + bytes(96))
    artifact("empty.txt", "")
    artifact("large.txt", "0123456789abcdef\n" * 150_000)


{"log": show_log, "charts": show_charts, "files": show_files}[what]()
