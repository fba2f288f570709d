"""``python -m reinmax_multi compare``: measure the estimators; see ``diagnosis/command.py``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from . import __version__


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``compare``, or print the version or the help."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["compare"]:
        _compare(arguments[1:])
        return
    parser = argparse.ArgumentParser(
        prog="python -m reinmax_multi",
        description="Gradients through categorical samples in PyTorch, JAX and TensorFlow.",
    )
    parser.add_argument("--version", action="version", version=f"reinmax_multi {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="")
    commands.add_parser("compare", help="measure the estimators on a loss; see compare --help")
    parser.parse_args(arguments)
    parser.print_help()


def _compare(arguments: Sequence[str]) -> None:
    from .diagnosis._extra import need

    try:
        for library in ("typer", "rich", "matplotlib"):
            need(library)
    except ModuleNotFoundError as missing:
        raise SystemExit(str(missing)) from missing
    from .diagnosis.command import app

    app(list(arguments), prog_name="python -m reinmax_multi compare")


if __name__ == "__main__":
    main()
