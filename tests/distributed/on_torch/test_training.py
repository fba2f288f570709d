"""Promise: models that are spread over processes train as one process does; the recipe runs."""

from __future__ import annotations

import re

from tests.distributed import processes

PAGE = processes.ROOT / "docs" / "meshes.md"


def test_the_losses_of_one_process(spread):
    spread("training", 2)


def test_the_recipe_of_the_documentation(tmp_path):
    (recipe,) = re.findall(r"^```py\n(# torchrun.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    program = tmp_path / "train.py"
    end = "from tests.distributed.processes import end_at_once\nend_at_once()\n"
    program.write_text(recipe + end, encoding="utf-8")
    printed = processes.run((str(program),), 2, tmp_path, seconds=60)
    assert all("loss" in text for text in printed)
