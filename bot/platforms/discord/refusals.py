"""Refusals: what Discord's refusals mean for an action."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def understood() -> Iterator[None]:
    """Turn what Discord answers into what the outbox understands; what is done already passes."""
    yield
