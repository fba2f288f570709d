#!/usr/bin/env bash
# torch 2.13.0: kl_divergence of two Categoricals that share a mask has a NaN gradient.
#
# Both have the logit -inf in the last place. The divergence is finite and right; the gradient is NaN in
# every entry, also in those that are not masked. entropy() of the same distribution has a finite one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 'numpy==2.4.*'
cat > "$folder/finding.py" <<'PYTHON'
import torch
from torch.distributions import Categorical, kl_divergence

masked = -torch.inf
p = torch.tensor([0.3, -0.2, masked], requires_grad=True)
q = torch.tensor([0.1, 0.2, masked])
divergence = kl_divergence(Categorical(logits=p), Categorical(logits=q))
(slope,) = torch.autograd.grad(divergence, p)
(of_entropy,) = torch.autograd.grad(Categorical(logits=p).entropy(), p)
print(torch.__version__, divergence.item(), slope.tolist(), of_entropy.tolist())
right = kl_divergence(Categorical(logits=p[:2]), Categorical(logits=q[:2]))
assert torch.isclose(divergence, right), "the behaviour has changed"
assert slope.isnan().all() and of_entropy.isfinite().all(), "the behaviour has changed"
PYTHON
"$folder/venv/bin/python" "$folder/finding.py"
