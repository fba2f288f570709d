"""Files of the published format are read; others are refused by file and line."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from examples.listops import data, language, published
from examples.listops.__main__ import app
from examples.listops.language import VOCABULARY, Expression, Limits

GOOD = "9\t( ( ( [MAX 2 ) 9 ) ] )\n"
BAD = {
    "no tab": ("9 ( ( ( [MAX 2 ) 9 ) ] )", "no tab"),
    "blank line": ("", "no tab"),
    "value": ("x\t( ( ( [MAX 2 ) 9 ) ] )", "'x', not a digit"),
    "value of two digits": ("10\t( ( ( [SM 1 ) 9 ) ] )", "'10', not a digit"),
    "no expression": ("9\t", "not closed"),
    "unknown word": ("9\t( ( ( [MAX 2 ) nine ) ] )", "unknown word 'nine'"),
    "unknown operator": ("9\t( ( ( [MIX 2 ) 9 ) ] )", r"unknown word '\[MIX'"),
    "wrong value": ("8\t( ( ( [MAX 2 ) 9 ) ] )", "value is 8, but its expression has 9"),
    "no parentheses": ("9\t[MAX 2 9 ]", "not closed"),
    "one ( less": ("9\t( ( [MAX 2 ) 9 ) ] )", "does not close"),
    "one ( more": ("9\t( ( ( ( [MAX 2 ) 9 ) ] )", "not closed"),
    "one ) more": ("9\t( ( ( [MAX 2 ) 9 ) ] ) )", "does not close"),
    "one ] more": ("9\t( ( ( ( [MAX 2 ) 9 ) ] ) ] )", "does not close"),
    "no ]": ("9\t( ( [MAX 2 ) 9 )", "not closed"),
    "no argument": ("9\t( [MAX ] )", "does not close"),
    "two expressions": ("9\t( ( ( [MAX 2 ) 9 ) ] ) 3", "not closed"),
    "right-branching": ("9\t( [MAX ( 2 ( 9 ] ) ) )", "does not close"),
}


def _text(expression: Expression) -> str:
    """As published: a parenthesis opens for each argument and for the bracket, on the left."""
    tree: list[list[str]] = []
    done = ""
    for word in (VOCABULARY[each] for each in expression.words):
        if word == language.END:
            children = [*tree.pop(), word]
            done = (
                "( " * (len(children) - 1) + children[0] + "".join(f" {x} )" for x in children[1:])
            )
        elif word.startswith("["):
            tree.append([word])
            continue
        else:
            done = word
        if tree:
            tree[-1].append(done)
    return f"{expression.value}\t{done}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All three files, one of them gzipped, of 40 expressions."""
    parts = language.generate(40, Limits(60), 3)
    texts = {"train.tsv": parts[:20], "valid.tsv": parts[20:30], "test.tsv.gz": parts[30:]}
    for name, part in texts.items():
        content = "".join(map(_text, part)).encode()
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    return tmp_path


def test_published_lines_are_read() -> None:
    written = _text(Expression((11, 2, 10, 4, 7, 14, 0, 14), 4))
    assert written == "4\t( ( ( ( [MAX 2 ) ( ( ( [MIN 4 ) 7 ) ] ) ) 0 ) ] )\n"


def test_files_are_read_back(folder: Path) -> None:
    expressions = language.generate(40, Limits(60), 3)
    read = data.load(folder, data.Sizes(100, 100, 100, 60))
    assert read.training + read.validation + read.test == expressions
    assert read.sources["test"] == "test.tsv.gz: 10 of 10"
    digit = folder / "digit.tsv"
    digit.write_text("7\t7\r\n")  # the published files hold some
    assert published.read(digit) == [Expression((7,), 7)]


def test_sizes_limit_a_file_and_make_what_it_lacks(folder: Path) -> None:
    (folder / "valid.tsv").unlink()
    read = data.load(folder, data.Sizes(5, 30, 100, 20))
    everything = published.read(folder / "train.tsv")
    short = [each for each in everything if len(each.words) <= 20]
    assert len(short) < len(everything)
    assert read.training == short[:5]
    assert read.sources["training"] == "train.tsv: 5 of 20"
    assert read.sources["validation"] == "generated"
    assert len(read.validation) == 30
    assert not set(read.validation) & {*read.training, *read.test}


@pytest.mark.parametrize(("line", "reason"), BAD.values(), ids=BAD)
def test_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "train.tsv"
    path.write_text(f"{GOOD}{line}\n{GOOD}")
    with pytest.raises(published.DataError, match=f"{re.escape(str(path))}, line 2: .*{reason}"):
        published.read(path)


def test_truncated_file_is_refused_wherever_it_ends(folder: Path) -> None:
    """But for an end between two lines, which leaves a good file."""
    content = (folder / "train.tsv").read_text()[:400]
    path = folder / "cut.tsv"
    for size in range(1, len(content)):
        path.write_text(content[:size])
        lines = content[:size].splitlines()
        if "\n" in content[size - 1 : size + 1]:
            assert len(published.read(path)) == len(lines)
            continue
        with pytest.raises(published.DataError, match=rf"cut\.tsv, line {len(lines)}: "):
            published.read(path)


def test_truncated_gzip_file_is_refused(folder: Path) -> None:
    path = folder / "test.tsv.gz"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(published.DataError, match=r"test\.tsv\.gz, line \d+: .*ends early"):
        published.read(path)
    path.write_bytes(b"9\tnot gzipped")
    with pytest.raises(published.DataError, match=r"test\.tsv\.gz, .*Not a gzipped file"):
        published.read(path)
    path.write_bytes(content[:60] + bytes(20) + content[80:])
    with pytest.raises(published.DataError, match=r"test\.tsv\.gz"):
        published.read(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "the file is empty"), (b"9\t( \xff )\n", "not a text file")],
    ids=["empty", "binary"],
)
def test_file_that_holds_no_text_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "test.tsv"
    path.write_bytes(content)
    with pytest.raises(published.DataError, match=rf"test\.tsv.*{reason}"):
        published.read(path)


def test_command_shows_the_error_and_leaves_records_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "record.json").write_text("kept")
    command = ("--data", str(tmp_path), "--out", str(out))
    for name, content, expected in (
        ("none.tsv", GOOD, "holds none of train.tsv, valid.tsv, test.tsv"),
        ("train.tsv", GOOD + "3\t( (\n", "train.tsv, line 2: the expression is not closed"),
        (
            "train.tsv",
            f"9\t{'( ' * 40}[MAX {'9 ) ' * 39}] )\n",
            "no expression has 20 words or less",
        ),
    ):
        (tmp_path / name).write_text(content)
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 1
        assert expected in done.output
    assert [path.name for path in out.iterdir()] == ["record.json"]
