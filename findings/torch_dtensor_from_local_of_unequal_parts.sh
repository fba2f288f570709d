#!/usr/bin/env bash
# torch 2.13.0: DTensor.from_local with parts of different lengths and no shape=.
#
# Two processes have 2 and 3 rows, as the last batch of an epoch may leave them. One would expect 5 rows,
# or an error. Each process multiplies its own length by the number of processes, so they disagree on the
# global shape, (4, 1) and (6, 1), silently.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 'numpy==2.4.*'
cat > "$folder/finding.py" <<'PYTHON'
import sys

import torch
from torch import distributed, multiprocessing
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard


def run(rank, path):
    distributed.init_process_group("gloo", init_method=f"file://{path}", rank=rank, world_size=2)
    mesh = init_device_mesh("cpu", (2,))
    tensor = DTensor.from_local(torch.zeros(2 + rank, 1), mesh, [Shard(0)])
    print(torch.__version__, "process", rank, "global shape", tuple(tensor.shape))
    assert tuple(tensor.shape) == ((4, 1), (6, 1))[rank], "the behaviour has changed"
    distributed.destroy_process_group()


if __name__ == "__main__":
    multiprocessing.spawn(run, (sys.argv[1],), nprocs=2)
PYTHON
"$folder/venv/bin/python" "$folder/finding.py" "$folder/store"
