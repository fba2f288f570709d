"""The models train with one thread, as their workers do."""

from ..examples.conftest import one_thread

__all__ = ["one_thread"]
