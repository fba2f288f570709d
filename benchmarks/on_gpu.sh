#!/usr/bin/env bash
# What wants a GPU, from the tree: conformance with kernels and by the core, and the times.
# bash benchmarks/on_gpu.sh [--device cpu] [--shapes "64x10 8192x512"] [--out FOLDER] [--seconds 1]
set -euo pipefail
cd "$(dirname "$0")/.."

torch_device=cuda jax_device=gpu out=benchmarks/results seconds=1 tested=tests/conformance
shapes="64x10 32768x32 8192x512 128x50257 262144x2 16x131072 1048576x32 524288x512 4096x50257"
while (($#)); do
    case "$1" in
        --device) torch_device=$2 jax_device=$2 ;;
        --shapes) shapes=$2 ;;
        --out) out=$2 ;;
        --seconds) seconds=$2 ;;
        --tested) tested=$2 ;;
        *) echo "$1: pass --device, --shapes, --out, --seconds or --tested" >&2; exit 2 ;;
    esac
    shift 2
done
python=${PYTHON:-python} jax_python=${JAX_PYTHON:-${PYTHON:-python}}
failed=0
export XLA_PYTHON_CLIENT_PREALLOCATE=false  # many processes share the memory of the device

conformance() {  # python, back end, device
    echo "== conformance: $2 on $3, kernel ${REINMAX_MULTI_KERNEL:-by choice}"
    "$1" -m pytest "$tested" --backend "$2" --device "$3" -q -n "${WORKERS:-8}" || failed=1
}

conformance "$python" torch "$torch_device"
REINMAX_MULTI_KERNEL=core conformance "$python" torch "$torch_device"
conformance "$jax_python" jax "$jax_device"

times() {  # python, framework, device, mode
    "$1" - "$2" "$3" "$4" "$shapes" "$seconds" "$out" <<'PROGRAM' || failed=1
import sys
from pathlib import Path

from benchmarks.common import results, rows
from benchmarks.speed import tables

framework, device, mode, shapes, seconds, out = sys.argv[1:]
dtypes = ["float32", "bfloat16"]
rows.measure("speed", framework, [mode], dtypes, shapes, float(seconds), 2, device, Path(out))
found = [each for each in results.read(Path(out), "speed") if each["about"]["device"] == device]
print(tables.speed([each for each in found if each["about"]["framework"] == framework]))
PROGRAM
}

echo "== times"
times "$python" torch "$torch_device" eager
times "$python" torch "$torch_device" compiled
times "$jax_python" jax "$jax_device" compiled
exit "$failed"
