#!/usr/bin/env bash
# torch 2.13.0: vmap over an argument that only the backward pass of an autograd.Function uses.
#
# The Function has generate_vmap_rule = True; its forward pass does not depend on the mapped argument,
# its backward pass does. One would expect the gradient of the loop, 1 + 10 + 100 = 111. The output is
# shared by the copies, so vmap adds up their cotangents first and gives the sum, 3, to each copy of
# the backward pass: 3 (1 + 10 + 100) = 333, with no error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 'numpy==2.4.*'
cat > "$folder/finding.py" <<'PYTHON'
import torch
from torch import func


class Scaled(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x, scale):
        return x.clone()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[1])

    @staticmethod
    def backward(ctx, cotangent):
        return cotangent * ctx.saved_tensors[0], None


x, scales = torch.ones(2, requires_grad=True), torch.tensor([1.0, 10.0, 100.0])
loop = torch.stack([Scaled.apply(x, scale) for scale in scales])
mapped = func.vmap(Scaled.apply, in_dims=(None, 0))(x, scales)
assert torch.equal(loop, mapped)
by_loop, by_vmap = (torch.autograd.grad(y.sum(), x)[0].tolist() for y in (loop, mapped))
print(torch.__version__, "loop", by_loop, "vmap", by_vmap)
assert by_loop == [111.0, 111.0] and by_vmap == [333.0, 333.0], "the behaviour has changed"
PYTHON
"$folder/venv/bin/python" "$folder/finding.py"
