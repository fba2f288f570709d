"""Two devices on one CPU, which TensorFlow makes when it starts: a process of its own."""

from __future__ import annotations

import faulthandler
import logging

import tensorflow as tf

LONGEST_SECONDS = 300
DEVICES = ["CPU:0", "CPU:1"]

faulthandler.dump_traceback_later(LONGEST_SECONDS, exit=True)  # rather than hang
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
# It advises against strategies that run eagerly and functions that are traced more than once.
logging.getLogger("tensorflow").setLevel(logging.ERROR)
