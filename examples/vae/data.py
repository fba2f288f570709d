"""The images: those that ship inside scikit-learn, MNIST's files, or MNIST from OpenML."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

OPENML = "openml"
"""The word that asks for a download."""
NAMES = {"training": "train-images-idx3-ubyte", "test": "t10k-images-idx3-ubyte"}
MAGIC = bytes((0, 0, 8, 3))  # unsigned bytes in three dimensions
HELD_OUT = 297


class Images(NamedTuple):
    """Float32 grey values in [0, 1], read as the means of Bernoulli pixels; one image a row."""

    training: np.ndarray
    test: np.ndarray
    source: str

    @property
    def side(self) -> int:
        """Of the square."""
        return math.isqrt(self.test.shape[1])


def load(source: str | None) -> Images:
    """The images of a folder of IDX files, gzipped or not; ``openml`` downloads, None is embedded.

    Raises
    ------
    ValueError
        A file is missing or is not what its name says; the message names it.

    """
    if source is None:
        return _embedded()
    if source == OPENML:
        return _downloaded()
    training, test = (read_idx(find(Path(source), name)) for name in NAMES.values())
    if training.shape[1:] != test.shape[1:] or training.shape[1] != training.shape[2]:
        raise ValueError(
            f"{source}: training images of {training.shape[1:]} and test images of "
            f"{test.shape[1:]} pixels; both must be the same square"
        )
    return Images(_grey(training), _grey(test), f"IDX, {len(training)} and {len(test)} images")


def find(folder: Path, name: str) -> Path:
    """The file of this name, or with ``.gz`` after it."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise ValueError(f"{folder} holds neither {name} nor {name}.gz")


def read_idx(path: Path) -> np.ndarray:
    """The images of an IDX file, (count, rows, columns) of bytes."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is damaged: {error}") from error
    if content[:4] != MAGIC:
        raise ValueError(
            f"{path} is no IDX file of images: it begins with {content[:4].hex() or 'nothing'}, "
            f"not {MAGIC.hex()}"
        )
    if len(content) < 16:
        raise ValueError(f"{path} ends inside its header")
    shape = np.frombuffer(content, ">u4", 3, offset=4).astype(int)
    if 0 in shape:
        raise ValueError(f"{path} holds no image: its header says {'x'.join(map(str, shape))}")
    found, needed = len(content) - 16, math.prod(map(int, shape))
    if found != needed:
        raise ValueError(f"{path} holds {found} bytes of pixels, its header says {needed}")
    return np.frombuffer(content, np.uint8, offset=16).reshape(shape)


def _grey(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def _embedded() -> Images:
    """The 1797 digits of 8x8 pixels, in a fixed split."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / pixels.max()).astype(np.float32)
    training, test = train_test_split(images, test_size=HELD_OUT, random_state=0, stratify=labels)
    return Images(training, test, "scikit-learn's digits, 1500 and 297 images")


def _downloaded() -> Images:
    from sklearn.datasets import fetch_openml

    try:
        pixels = fetch_openml("mnist_784", version=1, as_frame=False, parser="liac-arff").data
    except OSError as error:
        raise ValueError(f"OpenML could not be reached: {error}") from error
    images = _grey(pixels)
    return Images(images[:60_000], images[60_000:], "OpenML's mnist_784, 60000 and 10000 images")
