"""Settings of one installation, read once from the environment at the edge and passed in."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from survey.errors import SurveyError

DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"
DEFAULT_ORGANISER = "县食品安全委员会办公室"
DEFAULT_LOG_DAYS = 200
LEAST_LOG_DAYS = 184
"""Six months at their longest: the Cybersecurity Law has network logs kept no shorter."""


class LogDaysError(SurveyError):
    """A time for keeping logs that is shorter than the law's, or no number."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"SURVEY_LOG_DAYS={text}：请写整数天数，至少 {LEAST_LOG_DAYS}（《网络安全法》要求网络日志留存不少于六个月）"
        )
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are kept and how this installation is called.

    ``instance_path`` holds the SQLite database, keys and exports. ``public_url`` is what the QR codes
    carry, without a slash at the end. ``proxy_hops`` is the number of reverse proxies in front, 0 for none.
    ``log_days`` is how many days the request log is kept.
    """

    instance_path: Path
    database_url: str
    public_url: str
    county: str
    organiser: str
    contact: str
    proxy_hops: int
    log_days: int = DEFAULT_LOG_DAYS

    @property
    def is_https(self) -> bool:
        """Whether respondents reach this installation over HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str] | None:
        """The hosts whose requests are served; None, any host, while no public address is set."""
        if self.public_url == DEFAULT_PUBLIC_URL:
            return None
        return [urlsplit(self.public_url).hostname or "", "127.0.0.1", "localhost"]


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that ``environ`` (default: the process's own environment) describes.

    Every name begins with ``SURVEY_``; docs/settings.md lists them.
    """
    values = os.environ if environ is None else environ
    instance = Path(values.get("SURVEY_INSTANCE_PATH") or "instance").resolve()
    return Settings(
        instance_path=instance,
        database_url=values.get("SURVEY_DATABASE_URL") or f"sqlite:///{instance / 'survey.db'}",
        public_url=(values.get("SURVEY_PUBLIC_URL") or DEFAULT_PUBLIC_URL).rstrip("/"),
        county=values.get("SURVEY_COUNTY") or "本县",
        organiser=values.get("SURVEY_ORGANISER") or DEFAULT_ORGANISER,
        contact=values.get("SURVEY_CONTACT") or "",
        proxy_hops=int(values.get("SURVEY_PROXY_HOPS") or 0),
        log_days=_read_log_days(values.get("SURVEY_LOG_DAYS") or str(DEFAULT_LOG_DAYS)),
    )


def read_secret_key(instance_path: Path) -> str:
    """Return the installation's signing key, made on first use and readable by its owner alone."""
    path = instance_path / "secret_key"
    instance_path.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")


def _read_log_days(text: str) -> int:
    if not text.isdecimal() or int(text) < LEAST_LOG_DAYS:
        raise LogDaysError(text)
    return int(text)
