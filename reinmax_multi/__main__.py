"""``python -m reinmax_multi``: the versions, the frameworks and devices found, and how to go on.

``python -m reinmax_multi compare`` measures the estimators; see ``diagnosis/command.py``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import NamedTuple

from . import __version__

PATIENCE = 120


class Framework(NamedTuple):
    """How to find a framework; ``devices`` is an expression for the list of their names."""

    title: str
    adapter: str
    module: str
    devices: str


FRAMEWORKS = (
    Framework(
        "PyTorch",
        "torch",
        "torch",
        "['cpu'] + [f'cuda:{i}' for i in range(module.cuda.device_count())]",
    ),
    Framework("JAX", "jax", "jax", "[f'{d.platform}:{d.id}' for d in module.devices()]"),
    Framework(
        "TensorFlow",
        "tf",
        "tensorflow",
        "[d.name.split(':', 1)[1] for d in module.config.list_physical_devices()]",
    ),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what was found, or hand over to ``compare``."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["compare"]:
        _compare(arguments[1:])
        return
    parser = argparse.ArgumentParser(
        prog="python -m reinmax_multi",
        description="Tell the versions, the frameworks and devices found, and how to go on.",
        epilog="python -m reinmax_multi compare --help: measure the estimators on a loss.",
    )
    parser.add_argument("--version", action="version", version=f"reinmax_multi {__version__}")
    parser.parse_args(arguments)
    print("\n".join(_lines()))


def _compare(arguments: Sequence[str]) -> None:
    from .diagnosis._extra import need

    try:
        for library in ("typer", "rich", "matplotlib"):
            need(library)
    except ModuleNotFoundError as missing:
        raise SystemExit(str(missing)) from missing
    from .diagnosis.command import app

    app(list(arguments), prog_name="python -m reinmax_multi compare")


def _lines() -> Iterator[str]:
    yield f"{'reinmax_multi':<18}{__version__}"
    for name in ("array-api-compat", "numpy"):
        yield f"{name:<18}{version(name)}"
    yield ""
    for framework in FRAMEWORKS:
        finding, remedy = _probe(framework)
        yield f"{framework.title:<18}{finding}"
        yield f"{'':<18}{remedy}"
    yield ""
    yield f"{'demo':<18}python -m nox -s demo   (from a checkout)"


def _probe(framework: Framework) -> tuple[str, str]:
    """What was found, and the line with which to go on.

    Each framework is imported in a process of its own: TensorFlow and PyTorch are not to share one,
    and one that crashes must not take the others with it.
    """
    install = f"python -m pip install 'reinmax-multi[{framework.adapter}]'"
    if importlib.util.find_spec(framework.module) is None:
        return "not found", install
    program = (
        f"import json, {framework.module} as module, reinmax_multi.{framework.adapter}\n"
        f"print(json.dumps([module.__version__, {framework.devices}]))"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"broken: no answer in {PATIENCE} seconds", install
    if done.returncode:
        complaint = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        return f"broken: {complaint[-1]}", install
    found, devices = json.loads(done.stdout.splitlines()[-1])
    finding = f"{found} on {', '.join(devices)}"
    return finding, f"from reinmax_multi.{framework.adapter} import reinmax"


if __name__ == "__main__":
    main()
