"""Many questions at once, and questions from an event loop: threads of a bounded pool, which end when there is no work.

What is given up is ended where it waits for a model, and nothing stays behind: no thread, no socket.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from concurrent.futures import Future, wait
from contextlib import closing, suppress
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from qa_plugin.models.cancelling import Cancelled, cancellable, cancelled_now

Result = TypeVar("Result")

_FAREWELL_SECONDS = 2.0
"""How long work that was given up is waited for; what computes goes on until its next call or event."""


class Job(Generic[Result]):
    """Work that can be given up from another thread."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self.future: Future[Result] = Future()
        self._work = work
        self._context = contextvars.copy_context()
        self._token = Cancelled()

    @property
    def cancelled(self) -> bool:
        """Whether it was given up."""
        return self._token.is_set

    def cancel(self) -> None:
        """Give the work up: before it begins, or in the call that it waits for."""
        self.future.cancel()
        self._token.cancel()

    def run(self) -> None:
        """Do the work, in the calling thread."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            done = self._context.run(self._within)
        except BaseException as error:  # noqa: BLE001 - handed to who waits for the result
            self.future.set_exception(error)
        else:
            self.future.set_result(done)

    def _within(self) -> Result:
        with cancellable(self._token):
            cancelled_now()
            return self._work()


class Pool:
    """At most so many threads, each ending when nothing is left to do."""

    def __init__(self, most: int) -> None:
        if most < 1:
            raise ValueError(f"concurrency must be at least 1, not {most}")
        self._most = most
        self._lock = threading.Lock()
        self._running = 0
        self._waiting: deque[Job[Any]] = deque()

    def submit(self, job: Job[Result]) -> Job[Result]:
        """Have a job done as soon as there is a thread for it."""
        with self._lock:
            self._waiting.append(job)
            if self._running == self._most:
                return job
            self._running += 1
        threading.Thread(target=self._work, daemon=True, name="qa-plugin-question").start()
        return job

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._running -= 1
                    return
                job = self._waiting.popleft()
            job.run()


def in_order(works: Iterable[Callable[[], Result]], *, concurrency: int) -> list[Result]:
    """The results of all works, in their order; the first error ends the others."""
    pool = Pool(concurrency)
    jobs = [pool.submit(Job(work)) for work in works]
    try:
        return [job.future.result() for job in jobs]
    except BaseException:
        for job in jobs:
            job.cancel()
        raise


def as_done(works: Iterable[Callable[[], Result]], *, concurrency: int) -> Generator[tuple[int, Result], None, None]:
    """Number and result of each work, as soon as it is done; the first error ends the others, and so does closing."""
    pool = Pool(concurrency)
    jobs = [Job(work) for work in works]
    done: SimpleQueue[int] = SimpleQueue()
    for number, job in enumerate(jobs):
        job.future.add_done_callback(lambda _, number=number: done.put(number))  # type: ignore[misc]
        pool.submit(job)
    try:
        for _ in jobs:
            number = done.get()
            yield number, jobs[number].future.result()
    finally:
        for job in jobs:
            job.cancel()
        wait([job.future for job in jobs], _FAREWELL_SECONDS)


async def awaited(pool: Pool, work: Callable[[], Result]) -> Result:
    """The result of work in a thread of the pool; cancelling the task gives the work up."""
    job = pool.submit(Job(work))
    try:
        return await asyncio.wrap_future(job.future)
    except asyncio.CancelledError:
        job.cancel()
        await _end_of(job)
        raise


async def all_awaited(works: Iterable[Callable[[], Result]], *, concurrency: int) -> list[Result]:
    """The results of all works, in their order; cancelling the task gives all of them up."""
    pool = Pool(concurrency)
    return list(await asyncio.gather(*(awaited(pool, work) for work in works)))


async def events_of(pool: Pool, make: Callable[[], Generator[Result, None, None]]) -> AsyncGenerator[Result, None]:
    """What a generator yields in a thread of the pool; closing this one, or cancelling the task, gives it up."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[Result] | None] = asyncio.Queue()

    def put(item: tuple[Result] | None) -> None:
        with suppress(RuntimeError):  # the loop is gone, and who waited with it
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def work() -> None:
        with closing(make()) as made:
            for item in made:
                if job.cancelled:
                    return
                put((item,))

    job = Job(work)
    job.future.add_done_callback(lambda _: put(None))
    pool.submit(job)
    try:
        while (item := await queue.get()) is not None:
            yield item[0]
        job.future.result()
    finally:
        if not job.future.done():
            job.cancel()
            await _end_of(job)


async def _end_of(job: Job[Result]) -> None:
    """Wait until a job that was given up has ended; its result is nobody's."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def tell(_: Future[Result]) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    job.future.add_done_callback(tell)
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), _FAREWELL_SECONDS)
