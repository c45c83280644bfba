"""Time at the edge: the present, and dates as an office writes them, in China's one time zone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from survey.errors import SurveyError

CHINA = ZoneInfo("Asia/Shanghai")

# Nobody can set this clock, and it goes on while the machine sleeps. The server's workers are forked from
# one process that has read both clocks once, so all of them agree about the present.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_STARTED = time.time() - time.clock_gettime(_STEADY)


class MomentError(SurveyError):
    """Text that is neither an ISO date nor an ISO time."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是有效的日期或时间，请写成 2026-12-01 或 2026-12-01T18:00")
        self.text = text


def now() -> datetime:
    """Return the present moment, aware, in UTC.

    The clock on the wall is read once, when the program starts; from there time goes on by the steady clock. A
    clock that somebody sets while the program runs, back or forward, moves nothing: what has ended does not
    begin again, and nothing begins or ends before its time.
    """
    return datetime.fromtimestamp(_STARTED + time.clock_gettime(_STEADY), UTC)


def read_moment(text: str, *, end_of_day: bool = False) -> datetime:
    """Return the moment of an ISO date or time; without an offset it is China time.

    A bare date means its first moment, or with ``end_of_day`` the first moment of the day after, so that
    "closes on 1 December" takes answers all through that day.
    """
    try:
        if len(text.strip()) <= len("2026-12-01"):
            day = date.fromisoformat(text.strip())
            start = datetime.combine(day, time_of_day(), tzinfo=CHINA)
            return start + timedelta(days=1) if end_of_day else start
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise MomentError(text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def show_moment(moment: datetime) -> str:
    """Return a moment as an office writes it: ``2026年12月1日 18:00``, China time."""
    local = moment.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def show_deadline(moment: datetime) -> str:
    """Return the end of a period as people read it: midnight is 24:00 of the day that ends."""
    local = moment.astimezone(CHINA)
    if local.time() > time_of_day():
        return show_moment(local)
    day = local - timedelta(days=1)
    return f"{day.year}年{day.month}月{day.day}日 24:00"
