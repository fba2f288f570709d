"""The transforms of TensorFlow, by name; ``contract.Driver`` has the signature of each."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from .contract import Array, Function, Program

Gradient = Callable[[Program, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def graph(function: Function) -> Function:
    """A graph that knows the ranks of its inputs and not their dimensions."""

    @functools.cache
    def traced(*unknown: tf.TensorSpec) -> Function:
        return tf.function(function, input_signature=unknown)

    def run(*arrays: tf.Tensor) -> Any:
        unknown = [tf.TensorSpec([None] * array.shape.rank, array.dtype) for array in arrays]
        return traced(*unknown)(*arrays)

    return run


def jit(function: Function) -> Function:
    return tf.function(function, jit_compile=True)


def second_of_two(function: Function) -> Function:
    """``function`` batched over two copies of its arguments; the second result."""

    def batched(*arrays: tf.Tensor) -> Any:
        pairs = [tf.stack([array, array]) for array in arrays]
        results = tf.vectorized_map(lambda row: function(*row), pairs)
        return tf.nest.map_structure(lambda part: part[1], results)

    return batched


def _gradient(program: Program, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss, hard = program(logits)
    return tape.gradient(loss, logits), hard


def _tape(transform: Callable[[Program], Program]) -> Gradient:
    """The gradient of the transformed program."""
    return lambda program, logits: _gradient(transform(program), logits)


def _of_tape(transform: Callable[[Function], Function]) -> Gradient:
    """The transform of the gradient."""
    return lambda program, logits: transform(lambda x: _gradient(program, x))(logits)


def _of_recomputed_tape(transform: Callable[[Function], Function]) -> Gradient:
    """The transform of the gradient of what runs its forward pass again."""
    return lambda program, logits: _of_tape(transform)(tf.recompute_grad(program), logits)


def _persistent(program: Program, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Half of the gradient of each of two halves of the loss, by two calls of one tape."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        loss, hard = program(logits)
        first, second = 0.25 * loss, 0.75 * loss
    return tape.gradient(first, logits) + tape.gradient(second, logits), hard


def _nested(program: Program, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The outer of two tapes that both watch; the inner one has been used before."""
    with tf.GradientTape() as outer:
        outer.watch(logits)
        with tf.GradientTape() as inner:
            inner.watch(logits)
            loss, hard = program(logits)
        inner.gradient(loss, logits)
    return outer.gradient(loss, logits), hard


def _variable(program: Program, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    variable = tf.Variable(logits)
    with tf.GradientTape() as tape:
        loss, hard = program(variable)
    return tf.convert_to_tensor(tape.gradient(loss, variable)), hard


def _mixed_float16(program: Program) -> Program:
    """The program as a Keras layer that computes in float16 on float32 inputs."""

    class Layer(tf.keras.layers.Layer):
        def call(self, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return program(logits)

    return Layer(dtype="mixed_float16")


def _saved_model(program: Program, custom_gradients: bool = True) -> Program:
    def run(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        module = tf.Module()
        module.run = tf.function(
            program, input_signature=[tf.TensorSpec([None, *logits.shape[1:]], logits.dtype)]
        )
        options = tf.saved_model.SaveOptions(experimental_custom_gradients=custom_gradients)
        with tempfile.TemporaryDirectory() as folder:
            tf.saved_model.save(module, folder, options=options)
            return tf.saved_model.load(folder).run(logits)

    return run


def _while_loop(program: Program) -> Program:
    """The program in the second of two steps of a loop."""

    def run(logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        def step(count: tf.Tensor, total: tf.Tensor, _: tf.Tensor) -> Any:
            loss, hard = program(logits)
            return count + 1, total + tf.cast(count, loss.dtype) * loss, hard

        start = (tf.constant(0), tf.constant(0.0), tf.zeros_like(logits))
        return tf.while_loop(lambda count, *_: count < 2, step, start)[1:]

    return run


def _unseeded(program: Program) -> Program:
    return lambda logits: program(logits, seed=None)


def forward(program: Program, logits: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    with tf.autodiff.ForwardAccumulator(logits, v) as accumulator:
        loss, hard = program(logits)
    return accumulator.jvp(loss), hard


def reverse(program: Program, logits: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    gradient, hard = _gradient(program, logits)
    return tf.reduce_sum(gradient * v), hard


def _as_written(function: Function) -> Function:
    """A graph in which Grappler has rewritten no product or sum into another one."""

    def run(*arrays: tf.Tensor) -> Any:
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        try:
            return tf.function(function)(*arrays)
        finally:
            tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": False})

    return run


def _trace_taus(
    function: Function, logits: tf.Tensor, cotangents: Sequence[tf.Tensor], taus: Sequence[Array]
) -> tuple[list[tf.Tensor], int]:
    @tf.function
    def pull(logits: tf.Tensor, tau: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            sample = function(logits, tau)
        return tape.gradient(list(sample), logits, output_gradients=list(cotangents))

    return [pull(logits, tau) for tau in taus], pull.experimental_get_tracing_count()


def _pairs(seeds: Sequence[int]) -> tf.Tensor:
    return tf.constant([(0, seed) for seed in seeds])


GRADIENTS = {
    "tape": _gradient,
    "persistent tape": _persistent,
    "nested tape": _nested,
    "variable": _variable,
    "function of tape": _of_tape(tf.function),
    "tape of function": _tape(tf.function),
    "function of tape, unknown dimensions": _of_tape(graph),
    "tape of function, unknown dimensions": _tape(graph),
    "jit_compile of tape": _of_tape(jit),
    "tape of jit_compile": _tape(jit),
    "tape of while_loop": _tape(_while_loop),
    "function of tape of while_loop": lambda program, x: tf.function(
        lambda x: _gradient(_while_loop(program), x)
    )(x),
    "vectorized_map of tape": _of_tape(second_of_two),
    "jit_compile of vectorized_map of tape": _of_tape(lambda f: jit(second_of_two(f))),
    "tape of vectorized_map": _tape(second_of_two),
    "tape of recompute_grad": _tape(tf.recompute_grad),
    "function of tape of recompute_grad": _of_recomputed_tape(tf.function),
    "function as written of tape": _of_tape(_as_written),
    "function as written of tape of recompute_grad": _of_recomputed_tape(_as_written),
    "tape of recompute_grad without a seed": _tape(
        lambda program: tf.recompute_grad(_unseeded(program))
    ),
    "mixed_float16": _tape(_mixed_float16),
    "SavedModel": _tape(_saved_model),
}

DERIVATIVES = {
    "accumulator": forward,
    "function of accumulator": lambda program, x, v: tf.function(
        lambda x, v: forward(program, x, v)
    )(x, v),
    "jit_compile of accumulator": lambda program, x, v: jit(lambda x, v: forward(program, x, v))(
        x, v
    ),
    "accumulator of function": lambda program, x, v: forward(tf.function(program), x, v),
    "vectorized_map of accumulator": lambda program, x, v: second_of_two(
        lambda x, v: forward(program, x, v)
    )(x, v),
}

SAME_BITS = {
    "tape of recompute_grad": "tape",
    "function as written of tape of recompute_grad": "function as written of tape",
}

REFUSED = {
    "gradient of a SavedModel without custom gradients": (
        lambda program, x: _gradient(_saved_model(program, custom_gradients=False), x),
        (TypeError, LookupError),
        "out of scope|gradient",
    ),
}

TAU_TRACES = {"function": _trace_taus}

PLAINEST = "jit_compile of tape"
COMPILING = frozenset(
    {
        *("jit_compile of tape", "tape of jit_compile", "jit_compile of vectorized_map of tape"),
        "jit_compile of accumulator",
    }
)


def _vectorized_map_of_tape(
    function: Function,
    arrays: Sequence[Array],
    cotangents: Sequence[Array],
    mapped: Sequence[bool],
) -> tf.Tensor:
    def pull(parts: Sequence[tf.Tensor]) -> tf.Tensor:
        own = iter(parts)
        logits, *others = (
            next(own) if flag else array for flag, array in zip(mapped, arrays, strict=True)
        )
        with tf.GradientTape() as tape:
            tape.watch(logits)
            sample = function(logits, *others)
        return tape.gradient(list(sample), logits, output_gradients=list(cotangents))

    stacked = [array for flag, array in zip(mapped, arrays, strict=True) if flag]
    return tf.reduce_sum(tf.vectorized_map(pull, stacked), 0)


ARGUMENT_MAPS = {"vectorized_map of tape": _vectorized_map_of_tape}
SEED_MAPS = {
    "vectorized_map of seeds": lambda bound, x, seeds: tf.vectorized_map(
        lambda seed: bound(x, seed=seed).y_hard, _pairs(seeds)
    ),
    "map_fn of seeds": lambda bound, x, seeds: tf.map_fn(
        lambda seed: bound(x, seed=seed).y_hard, _pairs(seeds), fn_output_signature=x.dtype
    ),
}
