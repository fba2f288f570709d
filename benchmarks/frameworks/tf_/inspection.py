"""TensorFlow: which operations run; it reports nothing of its memory."""

from __future__ import annotations

import time
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import op_callbacks  # eager operations have no public hook

from benchmarks.common.contract import Function, Operations, Shape

from ..hlo import executed
from .peers import TfPeers

FREE = {"Const", "Placeholder", "Identity", "NoOp", "StopGradient"}


def saved(peers: TfPeers, mode: str, function: Function, shape: Shape, dtype: str) -> None:
    """A tape does not report what it holds."""


def planned(peers: TfPeers, mode: str, function: Function, shape: Shape, dtype: str) -> None:
    """TensorFlow does not show XLA's plan."""


def operations(
    peers: TfPeers, mode: str, function: Function, shape: Shape, dtype: str
) -> Operations:
    """Eager operations; in a graph its nodes and in XLA its instructions, with the loss."""
    logits, weights = peers.arrays(shape, dtype)
    if mode == "eager":
        return _eager(function, logits)
    step = peers.wrap(mode, peers.gradient(function))
    if mode == "compiled":
        text = step.experimental_get_compiler_ir(logits, weights)(stage="optimized_hlo")
        return Operations(executed(text))
    nodes = step.get_concrete_function(logits, weights).graph.get_operations()
    return Operations(sum(node.type not in FREE for node in nodes))


def _eager(function: Function, logits: tf.Tensor) -> Operations:
    """A callback sends operations down TensorFlow's slow path, so ``waited`` is an upper bound."""
    moments: list[float] = []

    def record(kind: str, *_: Any, **__: Any) -> None:
        if kind not in FREE:
            moments.append(time.perf_counter())

    def run() -> int:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            hard = function(logits)
        forward = len(moments)
        tape.gradient(hard, logits)
        return forward

    run()
    op_callbacks.add_op_callback(record)
    try:
        start = time.perf_counter()
        forward = run()
    finally:
        op_callbacks.remove_op_callback(record)
    waited = 1e6 * (moments[0] - start) if forward else 0.0
    return Operations(len(moments), forward, len(moments) - forward, waited)
