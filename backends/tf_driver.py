"""TensorFlow."""

from __future__ import annotations

import copy
import os
import pickle
import tempfile
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

import reinmax_multi.tf
import reinmax_multi.tf._namespace

from . import contract
from . import tf_higher as higher
from . import tf_transforms as transforms
from .contract import Array, Function
from .tf_transforms import graph, jit, second_of_two

MODES = {
    "eager": lambda function: function,
    "graph": graph,
    "compiled": jit,
    "batched": second_of_two,
}


class _Module(tf.Module):
    """A function and a variable, as a user's model holds them."""

    def __init__(self, function: Function, shift: float = 0.0) -> None:
        super().__init__()
        self.function = function
        self.shift = tf.Variable(shift)

    def __call__(self, logits: tf.Tensor, **options: Any) -> Any:
        return self.function(logits + self.shift, **options)


def _restored(function: Function) -> Function:
    """A module that had another variable before it read the checkpoint of this one."""
    module = _Module(function, shift=1.0)
    with tempfile.TemporaryDirectory() as folder:
        path = tf.train.Checkpoint(_Module(function)).write(f"{folder}/checkpoint")
        tf.train.Checkpoint(module).read(path).assert_consumed()
    return module


def unranked(function: Function, array: Array) -> Any:
    """``function`` of an array whose rank is not known."""
    signature = [tf.TensorSpec(None, array.dtype)]
    return tf.function(function, input_signature=signature, autograph=False)(array)


class Driver(contract.Driver):
    """TensorFlow on the CPU or a GPU."""

    name = "tf"
    package = reinmax_multi.tf
    random_argument = "seed"
    namespace = reinmax_multi.tf._namespace

    bad_calls: ClassVar = {
        "masked logits": lambda bound, x: bound(np.ma.masked_array(x.numpy())),
        "masked sample": lambda bound, x: bound(x, sample=np.ma.masked_array(np.arange(len(x)))),
        "logits of objects": lambda bound, x: bound(np.full(x.shape, None)),
        "logits of no rank": lambda bound, x: unranked(bound, x),
        "sample of no rank": lambda bound, x: unranked(
            lambda sample: bound(x, sample=sample), tf.argmax(x, -1)
        ),
        "unknown number of samples": lambda bound, x: tf.function(
            lambda sample: bound(x, sample=sample),
            input_signature=[tf.TensorSpec([None, *x.shape[:-1]], tf.int64)],
            autograph=False,
        )(tf.argmax(x, -1)[None]),
        "a fraction as seed": lambda bound, x: bound(x, seed=0.5),
        "three numbers as seed": lambda bound, x: bound(x, seed=(1, 2, 3)),
        "fractions as seed": lambda bound, x: bound(x, seed=(0.5, 1.0)),
        "booleans as seed": lambda bound, x: bound(x, seed=(True, False)),
        "seed of more than 64 bits": lambda bound, x: bound(x, seed=(2**63, 0)),
        "negative seed of more than 64 bits": lambda bound, x: bound(x, seed=(0, -(2**63) - 1)),
        "a matrix of seeds": lambda bound, x: bound(x, seed=(tf.constant([1]), tf.constant([2]))),
        "a tensor of fractions as seed": lambda bound, x: bound(x, seed=tf.constant([0.5, 1.0])),
        "a tensor of three as seed": lambda bound, x: bound(x, seed=tf.constant([1, 2, 3])),
    }
    gradients = transforms.GRADIENTS
    derivatives = transforms.DERIVATIVES
    curvatures = higher.CURVATURES
    third_derivatives = higher.THIRD_DERIVATIVES
    compiling = transforms.COMPILING | higher.COMPILING
    plainest = transforms.PLAINEST
    same_bits = transforms.SAME_BITS
    refused = transforms.REFUSED
    tau_traces = transforms.TAU_TRACES
    argument_maps = transforms.ARGUMENT_MAPS
    seed_maps = transforms.SEED_MAPS
    round_trips: ClassVar = {
        "pickle": lambda function: pickle.loads(pickle.dumps(function)),
        "deepcopy of a module": lambda function: copy.deepcopy(_Module(function)),
        "checkpoint of a module": _restored,
    }
    unseeded: ClassVar = {"nothing": {}, "None": {"seed": None}}

    def __init__(self, device: str) -> None:
        super().__init__(device)
        gpus = tf.config.list_physical_devices("GPU")
        if device == "cpu":
            tf.config.set_visible_devices([], "GPU")
        elif not gpus:
            raise RuntimeError("TensorFlow finds no GPU")
        else:
            for gpu in gpus:
                tf.config.experimental.set_memory_growth(gpu, True)

    def asarray(self, values: np.ndarray, dtype: str) -> Array:
        return tf.identity(tf.cast(tf.constant(np.asarray(values)), dtype))

    def to_numpy(self, array: Array) -> np.ndarray:
        return (tf.cast(array, "float32") if array.dtype == tf.bfloat16 else array).numpy()

    def dtype_of(self, array: Array) -> str:
        return array.dtype.name

    def device_of(self, array: Array) -> Any:
        return array.device

    def cast(self, array: Array, dtype: str) -> Array:
        return tf.cast(array, dtype)

    def sum(self, array: Array) -> Array:
        return tf.reduce_sum(array)

    def randomness(self, seed: int) -> dict[str, Any]:
        return {"seed": (0, seed)}

    def run(self, mode: str, function: Callable[..., Any], arrays: Sequence[Array]) -> Any:
        return MODES[mode](function)(*arrays)

    def pullback_of(self, mode: str, function: Function, count: int) -> Function:
        def pull(*arguments: Array) -> tuple[Any, Array]:
            logits, *others, g, h = arguments
            with tf.GradientTape() as tape:
                tape.watch(logits)
                sample = function(logits, *others)
            return sample, tape.gradient(list(sample), logits, output_gradients=[g, h])

        return MODES[mode](pull)

    def pushforward(
        self, mode: str, function: Function, arrays: Sequence[Array], tangent: Array
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        def push(tangent: Array, logits: Array, *others: Array) -> tuple[Any, Any]:
            with tf.autodiff.ForwardAccumulator(logits, tangent) as accumulator:
                sample = function(logits, *others)
            return sample, type(sample)(*(accumulator.jvp(part) for part in sample))

        return MODES[mode](push)(tangent, *arrays)

    def training(self, bound: Function, logits: Array) -> Callable[[int], Any]:
        @tf.function
        def step(number: Array) -> Array:
            with tf.GradientTape() as tape:
                tape.watch(logits)
                y_hard, y_soft = bound(logits, 1.5, seed=tf.stack([0, number]))
                loss = tf.reduce_sum((y_hard - 0.45) ** 4 + y_soft**3)
            return tape.gradient(loss, logits)

        return lambda number: step(tf.constant(np.array(number)))  # TensorFlow keeps every int
