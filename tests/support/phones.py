"""Phones that insist: each sends an answer again, under the same submission id, until it is thanked for.

What a phone has been thanked for is acknowledged. Every answer carries a serial number as its remark, so
that each acknowledged one can be looked for by its content, and not only counted.
"""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from urllib.parse import urlencode

from servers import HOST

OPTIONS = ("good", "bad", "unsure")
RESEND_RATE = 0.1
PAUSE = 0.6
TIMEOUT = 15


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer on a phone: where it goes, its id, its serial number, and what it says."""

    token: str
    submission_id: str
    serial: str
    option: str

    def encode(self) -> str:
        """Return the body of the form, as a browser would send it."""
        fields = {"_submission": self.submission_id, "overall": self.option, "remark": self.serial}
        return urlencode(fields)


@dataclass
class Diary:
    """What all phones of a run went through; every phone writes in it."""

    acknowledged: list[Answer] = field(default_factory=list)
    abandoned: list[Answer] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    n_broken: int = 0
    n_repeated: int = 0
    without_retry_after: int = 0


class Phone(threading.Thread):
    """One phone that answers again and again until ``enough`` is set."""

    def __init__(self, number: int, port: int, tokens: Sequence[str], diary: Diary) -> None:
        super().__init__(name=f"phone {number}", daemon=True)
        self.enough = threading.Event()
        self.at_once = threading.Event()
        self._random = Random(number)
        self._number = number
        self._tokens = tokens
        self._diary = diary
        self._connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)

    def run(self) -> None:
        """Answer until told that it is enough; the last answer is still seen through."""
        for serial in count(1):
            if self.enough.is_set():
                break
            answer = Answer(
                token=self._random.choice(self._tokens),
                submission_id=secrets.token_hex(32),
                serial=f"{self._number}-{serial}",
                option=self._random.choice(OPTIONS),
            )
            self._insist(answer)
        self.hang_up()

    def hang_up(self) -> None:
        """Leave the server alone."""
        self._connection.close()

    def _insist(self, answer: Answer) -> None:
        while not self.at_once.is_set():
            if self.send(answer):
                self._diary.acknowledged.append(answer)
                if self._random.random() < RESEND_RATE:
                    self._diary.n_repeated += 1
                    self.send(answer)
                return
            time.sleep(PAUSE * self._random.random())
        self._diary.abandoned.append(answer)

    def send(self, answer: Answer) -> bool:
        """Send once; return whether the phone was led to the thanks."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        begin = time.monotonic()
        try:
            self._connection.request("POST", f"/q/{answer.token}", answer.encode(), headers)
            reply = self._connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._diary.n_broken += 1
            return False
        self._note(reply, time.monotonic() - begin)
        return reply.status == 303 and "/thanks" in reply.headers["Location"]

    def _note(self, reply: http.client.HTTPResponse, seconds: float) -> None:
        self._diary.statuses[reply.status] += 1
        if reply.status == 303:
            self._diary.seconds.append(seconds)
        if reply.status == 503 and "Retry-After" not in reply.headers:
            self._diary.without_retry_after += 1


def start_phones(n_phones: int, port: int, tokens: Sequence[str], diary: Diary) -> list[Phone]:
    """Start so many phones that write in one diary."""
    phones = [Phone(number, port, tokens, diary) for number in range(n_phones)]
    for phone in phones:
        phone.start()
    return phones


def finish_phones(phones: Sequence[Phone], patience: float) -> None:
    """Let every phone see its last answer through; whoever is not thanked in time gives up."""
    for phone in phones:
        phone.enough.set()
    deadline = time.monotonic() + patience
    for phone in phones:
        phone.join(max(0.0, deadline - time.monotonic()))
    for phone in phones:
        phone.at_once.set()
        phone.join(TIMEOUT + 5)
        assert not phone.is_alive()
