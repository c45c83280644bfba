"""``survey serve`` as a process group of its own, to be asked, stopped, and killed as a machine kills."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE = 60
N_WORKERS = 2
HOST = "127.0.0.1"


def find_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until(is_true: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Look again and again; an outside process gives no other sign."""
    deadline = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def ask(port: int, path: str) -> int | None:
    """Return the status of a page; None when nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Installation:
    """One installation: its settings in the environment, its commands, and its server.

    ``program`` runs the server, such as one that sets its clock; by default the ``survey`` command itself.
    """

    def __init__(self, database_url: str, folder: Path, program: Sequence[str] = ("-m", "survey")) -> None:
        self.port = find_port()
        self.talk = folder / "talk.txt"
        self._program = tuple(program)
        self._environ: Mapping[str, str] = os.environ | {
            "SURVEY_DATABASE_URL": database_url,
            "SURVEY_INSTANCE_PATH": str(folder / "instance"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another ``survey`` command beside the server."""
        command = [sys.executable, "-m", "survey", *arguments]
        return subprocess.run(command, env=self._environ, capture_output=True, text=True, check=False)

    def launch(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start another ``survey`` command and do not wait for it."""
        command = [sys.executable, "-m", "survey", *arguments]
        with self.talk.open("ab") as talk:
            return subprocess.Popen(command, env=self._environ, stdout=talk, stderr=talk)

    def start(self, *, is_awaited: bool = True) -> None:
        """Start the server with two workers and a quick mixer, and wait until it can take answers."""
        command = [sys.executable, *self._program, "serve"]
        command += ["--port", str(self.port), "--workers", str(N_WORKERS), "--mix-every", "1"]
        with self.talk.open("ab") as talk:
            self._process = subprocess.Popen(
                command, env=self._environ, stdout=talk, stderr=talk, start_new_session=True
            )
        if is_awaited:
            wait_until(self.is_ready)

    def is_ready(self) -> bool:
        """Whether the server can take answers; fails at once when it has gone."""
        assert self._process is not None
        assert self._process.poll() is None, self.talk.read_text(encoding="utf-8")[-2000:]
        # An orphan of the server before may answer as well: only the new one's own workers tell.
        return len(self.list_children()) > N_WORKERS and ask(self.port, "/readyz") == 200

    def list_children(self) -> list[int]:
        """Return the processes that the server has started: its workers and its mixer."""
        assert self._process is not None
        listing = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in listing.read_text(encoding="ascii").split()]

    def kill_all(self) -> None:
        """Kill the server with its workers and its mixer in one blow, as a power switch would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_master(self) -> None:
        """Kill the server and leave its orphans to find out."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Tell the server to go, and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE)

    def clean_up(self) -> None:
        """Leave no process behind, whatever happened in between."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self._process.wait()
