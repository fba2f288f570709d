"""The process of one back end; prints a line after each batch and writes its cells as JSON."""

from __future__ import annotations

import dataclasses
import importlib
import json
from pathlib import Path

import typer

import backends

from . import cases
from . import measure as measuring


def work(name: str, device: str, out: Path) -> None:
    """Measure one back end, and with PyTorch the reference as well."""
    sheet, driver = backends.sheet(name), backends.driver(name, device)
    cells = []
    for dtype in sheet.dtypes:
        for size in cases.SIZES:
            batch = cases.batch(dtype, size)
            taus = measuring.plan(sheet, dtype, size)
            computes = {mode: measuring.through_driver(driver, mode) for mode in taus}
            cells += measuring.measure(name, computes, taus, batch)
            if name == "torch":
                from .reference import NAME, Reference

                theirs = {"eager": Reference(driver)}
                cells += measuring.measure(NAME, theirs, {"eager": cases.TAUS}, batch)
            print(f"{dtype}, K = {size}", flush=True)
    version = importlib.import_module(sheet.module).__version__
    record = {"backend": name, "version": version, "device": device}
    record["cells"] = [dataclasses.astuple(cell) for cell in cells]
    (out / f"accuracy-{name}.json").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    typer.run(work)
