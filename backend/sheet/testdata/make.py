"""Writes the Parquet files of the tests with PyArrow (pip install pyarrow)."""

import datetime
import decimal
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
utc = datetime.timezone.utc
day = datetime.date(2024, 2, 29)
time = datetime.datetime(2024, 2, 29, 12, 30, 0, 250_000)
table = pa.table(
    {
        "id": pa.array([1, 2, 3], pa.int64()),
        "large": pa.array([2**53 + 1, -(2**63), None], pa.int64()),
        "unsigned": pa.array([2**64 - 1, 0, None], pa.uint64()),
        "small": pa.array([-1, None, 127], pa.int8()),
        "x": pa.array([0.5, float("nan"), float("inf")], pa.float64()),
        "single": pa.array([0.25, None, -1.5], pa.float32()),
        "half": pa.array([1.5, -2.0, None], pa.float16()),
        "ok": pa.array([True, False, None]),
        "name": pa.array(["Åse", "", None]),
        "grape": pa.array(["riesling", "pinot", "riesling"]).dictionary_encode(),
        "raw": pa.array([b"\xff\x00", b"ab", None]),
        "day": pa.array([day, None, datetime.date(1969, 12, 31)]),
        "ms": pa.array([time, None, time], pa.timestamp("ms")),
        "ns": pa.array([time, None, datetime.datetime(1960, 1, 1)], pa.timestamp("ns", "UTC")),
        "price": pa.array([decimal.Decimal("-1.25"), decimal.Decimal("3.00"), None], pa.decimal128(20, 2)),
        "list": pa.array([[1, 2], [], None], pa.list_(pa.int32())),
        "place": pa.array([{"lat": 1.0, "lon": 2.0}, None, {"lat": None, "lon": 3.0}]),
        "nothing": pa.nulls(3),
    }
)
for name, options in {
    "snappy": {},
    "zstd": {"compression": "zstd", "data_page_version": "2.0", "row_group_size": 2},
    "gzip": {"compression": "gzip", "use_dictionary": False},
    "none": {"compression": "none", "data_page_version": "2.0"},
    "brotli": {"compression": "brotli"},
}.items():
    pq.write_table(table, here / f"{name}.parquet", **options)
pq.write_table(
    pa.table({"i": list(range(1000)), "t": ["a", "b"] * 500}),
    here / "delta.parquet",
    use_dictionary=False,
    column_encoding={"i": "DELTA_BINARY_PACKED", "t": "DELTA_BYTE_ARRAY"},
)
