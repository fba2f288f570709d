"""What works with TensorFlow's own DTensor, and what does not, as docs/meshes.md says."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.experimental import dtensor

from reinmax_multi.tf import reinmax
from tests.distributed.on_tf.conftest import DEVICES

WHOLE = dtensor.UNSHARDED
SPLITS = {"rows": ["d", WHOLE], "categories": [WHOLE, "d"], "replicated": [WHOLE, WHOLE]}
ROWS, SIZE = 8, 70


@pytest.fixture(scope="module")
def mesh():
    return dtensor.create_mesh([("d", 2)], devices=DEVICES)


def spread(mesh, array, split):
    copied = dtensor.copy_to_mesh(array, dtensor.Layout.replicated(mesh, array.ndim))
    return dtensor.relayout(copied, dtensor.Layout(split, mesh))


def gathered(mesh, array):
    whole = dtensor.relayout(array, dtensor.Layout.replicated(mesh, array.shape.rank))
    return dtensor.unpack(whole)[0].numpy()


def everything(logits, weights, **options):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        hard, soft = reinmax(logits, **options)
        loss = tf.reduce_sum(weights * hard**3 + soft**2)
    return hard, soft, tape.gradient(loss, logits)


@pytest.mark.parametrize("split", SPLITS)
def test_a_function_with_a_sample_gives_what_it_gives_on_one_device(mesh, split):
    generator = np.random.default_rng(0)
    logits, weights = generator.normal(size=(2, ROWS, SIZE)).astype("float32")
    sample = generator.integers(SIZE, size=ROWS)
    run = tf.function(lambda logits, weights, s: everything(logits, weights, sample=s))
    arrays = [spread(mesh, each, SPLITS[split]) for each in (logits, weights)]
    results = run(*arrays, spread(mesh, sample, SPLITS[split][:1]))
    for result, expected in zip(results, run(logits, weights, sample), strict=True):
        np.testing.assert_allclose(gathered(mesh, result), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("split", SPLITS)
def test_a_function_with_a_seed_draws_one_category_a_row(mesh, split):
    logits = spread(mesh, np.zeros((ROWS, SIZE), "float32"), SPLITS[split])
    hard = gathered(mesh, tf.function(lambda x: reinmax(x, seed=(1, 2)).y_hard)(logits))
    assert hard.sum(-1).tolist() == [1] * ROWS
    assert len(set(hard.argmax(-1))) > 1


def test_without_a_seed_and_eagerly_tensorflow_refuses(mesh):
    logits = spread(mesh, np.zeros((ROWS, SIZE), "float32"), SPLITS["rows"])
    with pytest.raises(tf.errors.UnknownError, match="Stateful random operations"):
        tf.function(lambda x: reinmax(x).y_hard)(logits)
    with pytest.raises(tf.errors.UnimplementedError, match="was expecting a DTensor"):
        reinmax(logits, seed=(1, 2))
