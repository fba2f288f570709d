"""Promise: what TensorFlow 1 would compute wrongly is refused, with tf.function as the remedy."""

from __future__ import annotations

import subprocess
import sys

import pytest
import tensorflow as tf

from reinmax_multi.tf import gumbel_rao, reinmax

REFUSED = r"logits must be a tensor of TensorFlow 2, .*tf\.function"


@pytest.mark.parametrize("bound", [reinmax, gumbel_rao])
def test_a_graph_of_a_session_is_refused(bound):
    """There ``==`` compares tensors by identity, and the samples would be zeros."""
    with tf.Graph().as_default():
        logits = tf.compat.v1.placeholder(tf.float32, (3, 4))
        with pytest.raises(NotImplementedError, match=REFUSED):
            bound(logits)


@pytest.mark.parametrize(
    "switch", ["disable_tensor_equality", "disable_v2_tensorshape", "disable_v2_behavior"]
)
def test_a_switch_to_version_1_is_refused(switch):
    program = (
        f"import tensorflow as tf; tf.compat.v1.{switch}()\n"
        "from reinmax_multi.tf import reinmax\n"
        "try:\n    reinmax(tf.zeros((3, 4)))\n"
        "except NotImplementedError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=True
    )
    assert "logits must be a tensor of TensorFlow 2" in done.stdout


def test_a_function_wrapped_from_version_1_is_served():
    wrapped = tf.compat.v1.wrap_function(
        lambda logits: reinmax(logits, sample=tf.constant([2, 0])).y_hard,
        [tf.TensorSpec((2, 3), tf.float32)],
    )
    assert wrapped(tf.zeros((2, 3))).numpy().tolist() == [[0, 0, 1], [1, 0, 0]]
