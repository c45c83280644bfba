"""Settings and the signing key of one installation."""

from __future__ import annotations

import stat
from pathlib import Path

from survey.config import read_secret_key, read_settings


def test_an_empty_environment_gives_sqlite_in_the_instance_folder(tmp_path: Path) -> None:
    settings = read_settings({"SURVEY_INSTANCE_PATH": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'survey.db'}"


def test_the_environment_decides(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "SURVEY_INSTANCE_PATH": str(tmp_path),
            "SURVEY_DATABASE_URL": "postgresql://db/survey",
            "SURVEY_PUBLIC_URL": "https://wj.example.gov.cn/",
        }
    )
    assert settings.database_url == "postgresql://db/survey"
    assert settings.public_url == "https://wj.example.gov.cn"
    assert settings.is_https


def test_any_host_is_served_until_a_public_address_is_set() -> None:
    closed = read_settings({"SURVEY_PUBLIC_URL": "https://wj.example.gov.cn:8443"})
    assert read_settings({}).trusted_hosts is None
    assert closed.trusted_hosts == ["wj.example.gov.cn", "127.0.0.1", "localhost"]


def test_the_signing_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = read_secret_key(tmp_path / "new")
    assert read_secret_key(tmp_path / "new") == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
