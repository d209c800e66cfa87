"""The one bounded thread pool through which async routes call synchronous repositories."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from api.problems import Code, Problem

P = ParamSpec("P")
R = TypeVar("R")


class Pool:
    """At most `threads` calls run, at most `waiting` more wait; whoever comes then is told to come again."""

    def __init__(self, threads: int = 8, waiting: int = 256) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="api")
        self._free = threads + waiting

    async def __call__(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `call` returns, run in the pool.

        Raises:
            Problem: busy, when too many already wait.
        """
        if self._free <= 0:
            raise Problem(Code.BUSY)
        self._free -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._executor, partial(call, *args, **kwargs)
            )
        finally:
            self._free += 1

    def close(self) -> None:
        """Wait for what runs, drop what waits."""
        self._executor.shutdown(wait=True, cancel_futures=True)
