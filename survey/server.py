"""The production server: gunicorn's workers for the pages, and one process that mixes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, cast

from gunicorn.app.base import BaseApplication

from survey import create_app
from survey.config import Settings

if TYPE_CHECKING:
    from gunicorn._types import _WSGIAppType

THREADS = 4


def run_server(settings: Settings, *, bind: str, workers: int, mix_every: int) -> None:
    """Serve until told to stop. ``mix_every`` is the pause between two rounds of the mixer, in seconds."""
    # A process of its own, because a thread would not survive the fork into workers, and must not.
    command = [sys.executable, "-m", "survey", "mix", "--every", str(mix_every)]
    command += ["--attended-by", str(os.getpid())]
    mixing = subprocess.Popen(command, env=os.environ | {"SURVEY_DATABASE_URL": settings.database_url})  # noqa: S603 - Nothing in it comes from outside.
    try:
        _Server(settings, bind=bind, workers=workers).run()
    finally:
        mixing.terminate()
        mixing.wait()


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
