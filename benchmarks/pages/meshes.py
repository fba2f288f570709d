"""The table of docs/meshes.md: what spread logits cost."""

from __future__ import annotations

import json

from benchmarks.common import results
from benchmarks.common.markdown import ratio, table

FRAMEWORKS = {"jax": "JAX", "torch": "PyTorch"}
OTHER = {"categories": "gathered, then called", "rows": "called on local rows"}


def spread() -> str:
    """Time, bytes and memory as shares of those of the other way."""
    head = ["framework", "what is split", "shape", "devices", "next to", "time", "bytes", "memory"]
    lines = []
    for name, framework in FRAMEWORKS.items():
        path = results.FOLDER / f"distributed_{name}_cpu.json"
        for row in json.loads(path.read_text(encoding="utf-8"))["rows"]:
            rows, size = row["shape"]
            sent = f"{row['bytes_ratio']:.1g}" if row["bytes_sent"] else "none"
            count = row.get("devices", row.get("processes"))
            cells = [framework, row["case"], f"{rows} × {size}", str(count), OTHER[row["case"]]]
            lines.append([*cells, ratio(row["time_ratio"]), sent, ratio(row["memory_ratio"])])
    return table(head, lines)
