"""Progress of long work, on standard error and only where a person watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def reading(what: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
    """Gives a function that takes the bytes read since it was last called."""
    if not sys.stderr.isatty():
        yield lambda _read: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total_bytes)
        yield lambda read: progress.advance(task, read)


@contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Gives a function that takes how many more are done."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.advance(task, done)
