"""Learns to guess the mark of a wine: a linear model, found by gradient descent."""

import csv
import json
import math
import sys

import tracking


def read(path):
    """Columns scaled to mean 0 and deviation 1, and the marks."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names, rows = rows[0][:-1], [[float(cell) for cell in row] for row in rows[1:]]
    marks = [row[-1] for row in rows]
    columns = []
    for column in zip(*(row[:-1] for row in rows)):
        mean = sum(column) / len(column)
        deviation = math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0
        columns.append([(x - mean) / deviation for x in column])
    return names, list(zip(*columns)), marks


def guess(weights, bias, row):
    return bias + sum(w * x for w, x in zip(weights, row))


def errors(weights, bias, rows, marks):
    """Root mean square error and mean absolute error."""
    off = [guess(weights, bias, row) - mark for row, mark in zip(rows, marks)]
    return math.sqrt(sum(e * e for e in off) / len(off)), sum(abs(e) for e in off) / len(off)


def descend(weights, bias, rows, marks, rate):
    """One step down the gradient of the mean square error."""
    slope, bias_slope = [0.0] * len(weights), 0.0
    for row, mark in zip(rows, marks):
        error = guess(weights, bias, row) - mark
        bias_slope += error
        for i, x in enumerate(row):
            slope[i] += error * x
    n = len(rows)
    return [w - rate * s / n for w, s in zip(weights, slope)], bias - rate * bias_slope / n


def picture(marks, guesses):
    """Guesses beside marks, as SVG; numbers alone are hard to look at."""
    dots = "".join(
        f'<circle cx="{40 * mark + (i % 23) - 60:.0f}" cy="{400 - 40 * g:.1f}" r="2"/>'
        for i, (mark, g) in enumerate(zip(marks, guesses))
    )
    ticks = "".join(f'<text x="{40 * m - 50}" y="395">{m}</text><text x="8" y="{404 - 40 * m}">{m}</text>' for m in range(3, 10))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 400" font-family="sans-serif" font-size="11">'
        f'<rect width="340" height="400" fill="#fff"/><g fill="#0b6577" fill-opacity="0.3">{dots}</g>{ticks}'
        '<text x="150" y="380">mark</text><text x="8" y="20">guess</text></svg>'
    )


def main(path, rate, rounds):
    names, rows, marks = read(path)
    held = len(rows) // 5  # the first fifth is kept for the test
    train, test = (rows[held:], marks[held:]), (rows[:held], marks[:held])
    print(f"{len(rows)} wines, {len(names)} measurements each; {held} are kept for the test")
    weights, bias = [0.0] * len(names), 0.0
    for step in range(1, rounds + 1):
        weights, bias = descend(weights, bias, *train, rate)
        (train_rmse, _), (rmse, mae) = errors(weights, bias, *train), errors(weights, bias, *test)
        tracking.log_metrics({"rmse": rmse, "train_rmse": train_rmse, "mae": mae}, step)
        print(f"round {step:3d}: rmse {rmse:.4f}, mae {mae:.4f}", flush=True)
    model = {"bias": bias, "weights": dict(zip(names, weights))}
    tracking.log_text(json.dumps(model, indent=2), "model.json")
    tracking.log_text(picture(test[1], [guess(weights, bias, row) for row in test[0]]), "guesses.svg")


main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
