#!/usr/bin/env bash
# torch 2.13.0: random operations on DTensors of a CPU mesh (gloo, two processes).
#
# On a CUDA mesh shards get different numbers and replicas the same. On a CPU mesh it is the reverse:
# with one seed for all processes the two shards of rand_like hold the same numbers, and with a seed for
# each process, as data-parallel training has, the two "replicas" of a Replicate() tensor differ. A warning
# says that support on a CPU may be incomplete; the numbers come all the same.
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
from torch.distributed.tensor import Replicate, Shard, distribute_tensor


def gathered(tensor):
    parts = [torch.empty_like(tensor) for _ in range(2)]
    distributed.all_gather(parts, tensor)
    return parts


def run(rank, path):
    distributed.init_process_group("gloo", init_method=f"file://{path}", rank=rank, world_size=2)
    mesh = init_device_mesh("cpu", (2,))
    zeros = torch.zeros(4)
    torch.manual_seed(0)
    shards = gathered(torch.rand_like(distribute_tensor(zeros, mesh, [Shard(0)])).to_local())
    replicated = distribute_tensor(zeros, mesh, [Replicate()])
    torch.manual_seed(rank)
    replicas = gathered(torch.rand_like(replicated).to_local())
    if rank == 0:
        print(torch.__version__, "shards", shards, "replicas", replicas)
    assert torch.equal(*shards), "the behaviour has changed"
    assert not torch.equal(*replicas), "the behaviour has changed"
    distributed.destroy_process_group()


if __name__ == "__main__":
    multiprocessing.spawn(run, (sys.argv[1],), nprocs=2)
PYTHON
"$folder/venv/bin/python" "$folder/finding.py" "$folder/store"
