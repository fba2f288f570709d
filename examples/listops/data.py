"""What is trained on and tested on: generated, or read from a folder of published files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .language import Expression, Limits, generate
from .published import DataError, read

SEED = 0
"""Of what is generated, whatever the seed of a run: all runs share the expressions."""
PARTS = {"training": "train", "validation": "valid", "test": "test"}
"""Each part, and the name of its file without ``.tsv`` or ``.tsv.gz``."""


@dataclass(frozen=True)
class Sizes:
    """How many expressions of each part, and how many words in the longest.

    A file may hold fewer, and no more of it is taken.
    """

    training: int
    validation: int
    test: int
    length: int


@dataclass(frozen=True)
class Data:
    """Three parts, and where each is from; generated expressions are in one part only."""

    training: list[Expression]
    validation: list[Expression]
    test: list[Expression]
    sources: dict[str, str]


def load(folder: Path | None, sizes: Sizes) -> Data:
    """The parts; those without a file in the folder are generated.

    Raises
    ------
    DataError
        If the folder has none of the files, or one is not as published or too long throughout.

    """
    files = {} if folder is None else _files(folder)
    parts: dict[str, list[Expression]] = {}
    sources = dict.fromkeys(PARTS, "generated")
    for part, path in files.items():
        expressions = read(path)
        fitting = [each for each in expressions if len(each.words) <= sizes.length]
        if not fitting:
            raise DataError(f"{path}: no expression has {sizes.length} words or less")
        parts[part] = fitting[: getattr(sizes, part)]
        sources[part] = f"{path.name}: {len(parts[part])} of {len(expressions)}"
    known = frozenset(each for part in parts.values() for each in part)
    missing = [part for part in PARTS if part not in parts]
    total = sum(getattr(sizes, part) for part in missing)
    generated = iter(generate(total, Limits(sizes.length), SEED, known))
    for part in missing:
        parts[part] = list(islice(generated, getattr(sizes, part)))
    return Data(**parts, sources=sources)


def _files(folder: Path) -> dict[str, Path]:
    candidates = {
        part: [folder / f"{stem}.tsv", folder / f"{stem}.tsv.gz"] for part, stem in PARTS.items()
    }
    found = {
        part: next((path for path in paths if path.is_file()), None)
        for part, paths in candidates.items()
    }
    files = {part: path for part, path in found.items() if path is not None}
    if not files:
        names = ", ".join(f"{stem}.tsv" for stem in PARTS.values())
        raise DataError(f"{folder} holds none of {names}, gzipped (.gz) or not")
    return files
