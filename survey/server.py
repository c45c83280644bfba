"""The production server: gunicorn's workers for the pages, and one process that mixes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, cast

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

from survey import create_app
from survey.config import Settings
from survey.serverlog import ServerLog

if TYPE_CHECKING:
    from gunicorn._types import _WSGIAppType

THREADS = 4
REVIVAL_PAUSE = 5
"""Seconds a mixer must have lived to be started again at once."""


def run_server(settings: Settings, *, bind: str, workers: int, mix_every: int) -> None:
    """Serve until told to stop. ``mix_every`` is the pause between two rounds of the mixer, in seconds."""
    mixing = _Mixing(settings, mix_every)
    try:
        _Server(settings, mixing, bind=bind, workers=workers).run()
    finally:
        mixing.stop()


class _Mixing:
    """The mixer: a process of its own, because a thread would not survive the fork into workers, and must not."""

    def __init__(self, settings: Settings, pause: int) -> None:
        self._command = [sys.executable, "-m", "survey", "mix", "--every", str(pause)]
        self._command += ["--attended-by", str(os.getpid())]
        self._environ = os.environ | {"SURVEY_DATABASE_URL": settings.database_url}
        self._start()

    def revive(self) -> None:
        """Start the mixer again when it has died, but not in a hurry when it dies each time."""
        if self._process.poll() is not None and time.monotonic() - self._started > REVIVAL_PAUSE:
            self._start()

    def stop(self) -> None:
        """Tell the mixer to go, and wait until it has gone."""
        self._process.terminate()
        self._process.wait()

    def _start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(self._command, env=self._environ)  # noqa: S603 - Nothing in it comes from outside.


class _Master(Arbiter):
    """gunicorn's master, which looks after its workers once a second, and so after the mixer."""

    def __init__(self, app: _Server) -> None:
        super().__init__(app)
        self._mixing = app.mixing

    def manage_workers(self) -> None:
        """Replace what has died."""
        super().manage_workers()
        self._mixing.revive()


class _Worker(ThreadWorker):
    """gunicorn's worker with threads, but as an orphan it lets go of the port within seconds.

    gunicorn's own would serve the connections it has for the whole of ``graceful_timeout``, and the server
    that is started anew gives up before that, because the port is in use.
    """

    def is_parent_alive(self) -> bool:
        """Whether the master is there; without it the worker closes its connections after their replies."""
        self.alive = self.alive and super().is_parent_alive()
        return self.alive


class _Server(BaseApplication):
    """gunicorn, set up from values instead of a file."""

    def __init__(self, settings: Settings, mixing: _Mixing, *, bind: str, workers: int) -> None:
        self.mixing = mixing
        self._settings = settings
        self._options = {
            "bind": bind,
            "workers": workers,
            "worker_class": _Worker,
            "threads": THREADS,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "graceful_timeout": 20,
            "loglevel": "warning",
            "logger_class": ServerLog,
            # Heartbeat files on a disk that stalls would have healthy workers killed.
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108 - Not for files of ours.
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until told to stop."""
        _Master(self).run()

    def load(self) -> _WSGIAppType:
        """Make the application, once in each worker."""
        return cast("_WSGIAppType", create_app(self._settings))
