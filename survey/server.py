"""The production server: gunicorn's workers for the pages, and one process that mixes."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, cast

from gunicorn.app.base import BaseApplication
from sqlalchemy.exc import OperationalError

from survey import create_app, mixer
from survey.config import Settings
from survey.db import Database

if TYPE_CHECKING:
    from gunicorn._types import _WSGIAppType

THREADS = 4


def run_server(settings: Settings, *, bind: str, workers: int, mix_every: int) -> None:
    """Serve until told to stop. ``mix_every`` is the pause between two rounds of the mixer, in seconds."""
    # A fresh interpreter, because forking beside the server's threads and connections is not safe.
    context = multiprocessing.get_context("spawn")
    mixing = context.Process(target=_mix_forever, args=(settings.database_url, mix_every), daemon=True)
    mixing.start()
    _Server(settings, bind=bind, workers=workers).run()


class _Server(BaseApplication):
    """gunicorn, set up from values instead of a file."""

    def __init__(self, settings: Settings, *, bind: str, workers: int) -> None:
        self._settings = settings
        self._options = {
            "bind": bind,
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "graceful_timeout": 20,
            "loglevel": "warning",
            # Heartbeat files on a disk that stalls would have healthy workers killed.
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108 - Not for files of ours.
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> _WSGIAppType:
        """Make the application, once in each worker."""
        return cast("_WSGIAppType", create_app(self._settings))


def _mix_forever(database_url: str, pause: int) -> None:
    parent = multiprocessing.parent_process()
    database = Database(database_url)
    # The wait ends early when the server is gone, however it went, and the mixer goes with it.
    while parent is not None and not wait([parent.sentinel], timeout=pause):
        try:
            mixer.mix_due(database)
        except OperationalError:
            # The database is away or busy; the answers are safe in the inbox until the next round.
            continue
