#!/usr/bin/env bash
# torch 2.13.0: torch.cumsum of a DTensor along a sharded dimension that is counted from the end.
#
# Eight ones over two processes (gloo, CPU). cumsum(0) gathers and gives 1 .. 8. cumsum(-1), the same
# dimension, starts anew in each process, silently: 1 .. 4, 1 .. 4. sum(-1) is right.
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
from torch.distributed.tensor import Shard, distribute_tensor


def run(rank, path):
    distributed.init_process_group("gloo", init_method=f"file://{path}", rank=rank, world_size=2)
    mesh = init_device_mesh("cpu", (2,))
    ones = distribute_tensor(torch.ones(8), mesh, [Shard(0)])
    total = ones.sum(-1).full_tensor().item()
    first, last = (ones.cumsum(dim).full_tensor().tolist() for dim in (0, -1))
    if rank == 0:
        print(torch.__version__, "sum(-1)", total, "cumsum(0)", first, "cumsum(-1)", last)
    assert total == 8.0 and first == [float(n) for n in range(1, 9)]
    assert last == [1.0, 2.0, 3.0, 4.0] * 2, "the behaviour has changed"
    distributed.destroy_process_group()


if __name__ == "__main__":
    multiprocessing.spawn(run, (sys.argv[1],), nprocs=2)
PYTHON
"$folder/venv/bin/python" "$folder/finding.py" "$folder/store"
