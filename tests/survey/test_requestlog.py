"""The request log: what an office does can be followed, what a respondent does cannot."""

from __future__ import annotations

import logging
import re
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from smallwave import make_settings

from survey import create_app
from survey.config import LEAST_LOG_DAYS, LogDaysError, Settings, read_settings
from survey.logfiles import DailyFile, DailySalt, delete_old
from survey.requestlog import RequestLog, describe_error
from survey.serverlog import forget_details

PRIVATE = "something-private"
DAY = date(2026, 12, 1)
MOMENT = datetime(2026, 12, 1, 4, 30, 5, tzinfo=UTC)


def fail_badly() -> str:
    try:
        raise KeyError(PRIVATE)
    except KeyError as error:
        raise RuntimeError(f"message with {PRIVATE}") from error


def make_pages() -> Blueprint:
    """Return pages of an office: one that works and one that fails."""
    office = Blueprint("office", __name__, url_prefix="/office")
    office.add_url_rule("/waves/<name>", view_func=lambda name: f"<p>{name}</p>", endpoint="show_wave")
    office.add_url_rule("/broken", view_func=fail_badly, methods=["POST"])
    return office


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return an installation whose pages need no database."""
    return make_settings("sqlite://", tmp_path / "instance")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Give the platform with an office of two pages."""
    made = create_app(settings, faces=("respond",))
    made.register_blueprint(make_pages())
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["requestlog"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser."""
    return app.test_client()


def read_logs(settings: Settings, kind: str = "*") -> str:
    return "".join(path.read_text(encoding="utf-8") for path in _find_logs(settings, kind))


def _find_logs(settings: Settings, kind: str) -> list[Path]:
    return sorted((settings.instance_path / "logs").glob(f"{kind}-*.log"))


@pytest.mark.parametrize(
    "path", ["/", "/q/", "/s", f"/q/{PRIVATE}?code={PRIVATE}", "/static/x.css", f"/{PRIVATE}"]
)
def test_a_respondents_request_leaves_hour_method_and_status_alone(
    client: FlaskClient, settings: Settings, path: str
) -> None:
    client.set_cookie("device", PRIVATE)
    status = client.get(path, headers={"Referer": PRIVATE, "User-Agent": PRIVATE}).status_code
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\dT\d\d GET {status}\n", read_logs(settings))


def test_a_sent_form_leaves_nothing_of_itself(client: FlaskClient, settings: Settings) -> None:
    client.post(f"/q/{PRIVATE}", data={"overall": PRIVATE, "_submission": PRIVATE})
    assert PRIVATE not in read_logs(settings)
    assert " POST " in read_logs(settings, "answers")


def test_an_offices_request_leaves_second_route_and_a_hashed_address(
    client: FlaskClient, settings: Settings
) -> None:
    client.get(f"/office/waves/{PRIVATE}?q={PRIVATE}", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    line = read_logs(settings, "requests")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00 [0-9a-f]{12} GET /office/waves/<name> 200\n", line
    )
    assert read_logs(settings, "answers") == ""


def test_a_made_up_method_writes_no_text(client: FlaskClient, settings: Settings) -> None:
    client.open("/", method="PRIVATEMETHOD")
    assert " OTHER " in read_logs(settings)
    assert "PRIVATE" not in read_logs(settings)


def test_an_error_leaves_its_types_and_places_and_never_its_message(
    client: FlaskClient, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client.post("/office/broken", data={"x": PRIVATE}).status_code == 500
    line = read_logs(settings, "errors")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d office\.fail_badly builtins\.RuntimeError @ ", line)
    assert re.search(r"survey/test_requestlog\.py:\d+:fail_badly", line)
    assert "builtins.KeyError" in line
    assert line.count("\n") == 1
    assert PRIVATE not in read_logs(settings) + "".join(capsys.readouterr())


def test_an_error_chain_that_runs_in_a_circle_ends() -> None:
    one, other = ValueError(), TypeError()
    one.__context__, other.__context__ = other, one
    assert describe_error(one) == "builtins.ValueError @  <- builtins.TypeError @ "


def test_files_and_folder_are_the_owners_alone(client: FlaskClient, settings: Settings) -> None:
    client.get("/")
    client.get("/office/waves/x")
    paths = _find_logs(settings, "*")
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in paths} == {0o700}


def test_a_new_day_begins_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = DailyFile(tmp_path, "requests", days=200)
    for day in (0, 0, 1):
        moment = MOMENT + timedelta(days=day)
        monkeypatch.setattr("survey.logfiles.now", lambda moment=moment: moment)
        handler.emit(logging.makeLogRecord({"msg": "line"}))
    handler.close()
    lines = {path.name: path.read_text(encoding="ascii") for path in tmp_path.iterdir()}
    assert lines == {"requests-2026-12-01.log": "line\nline\n", "requests-2026-12-02.log": "line\n"}


def test_a_file_is_deleted_when_its_days_are_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("requests-2026-05-14.log", "requests-2026-05-15.log", "answers-2020-01-01.log", "notes.txt"):
        (tmp_path / name).touch()
    monkeypatch.setattr("survey.logfiles.now", lambda: MOMENT)
    handler = DailyFile(tmp_path, "requests", days=200)
    handler.emit(logging.makeLogRecord({"msg": "line"}))
    handler.close()
    assert {path.name for path in tmp_path.iterdir()} == {
        "requests-2026-05-15.log",
        "requests-2026-12-01.log",
        "notes.txt",
    }


def test_deleting_spares_the_day_itself(tmp_path: Path) -> None:
    (tmp_path / "requests-2026-12-01.log").touch()
    delete_old(tmp_path, before=DAY)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_log_that_cannot_be_written_stops_no_request(client: FlaskClient, settings: Settings) -> None:
    settings.instance_path.mkdir(exist_ok=True)
    (settings.instance_path / "logs").write_text("in the way", encoding="ascii")
    assert client.get("/").status_code == 200


def test_two_processes_share_the_salt_of_a_day(tmp_path: Path) -> None:
    one, other = DailySalt(tmp_path), DailySalt(tmp_path)
    assert one.hash_text("10.1.2.3", MOMENT) == other.hash_text("10.1.2.3", MOMENT)
    assert one.hash_text("10.1.2.4", MOMENT) != other.hash_text("10.1.2.3", MOMENT)


def test_yesterdays_salt_is_thrown_away(tmp_path: Path) -> None:
    salt = DailySalt(tmp_path)
    before = salt.hash_text("10.1.2.3", MOMENT)
    assert salt.hash_text("10.1.2.3", MOMENT + timedelta(days=1)) != before
    (kept,) = tmp_path.iterdir()
    assert kept.name == "log-2026-12-02.salt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_law_sets_the_least_time_that_logs_are_kept(tmp_path: Path) -> None:
    environ = {"SURVEY_INSTANCE_PATH": str(tmp_path)}
    assert read_settings(environ).log_days >= LEAST_LOG_DAYS
    assert read_settings(environ | {"SURVEY_LOG_DAYS": "365"}).log_days == 365
    for text in ("30", "-200", "half a year"):
        with pytest.raises(LogDaysError, match="六个月"):
            read_settings(environ | {"SURVEY_LOG_DAYS": text})


def make_record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error else None
    return logging.makeLogRecord({"msg": message, "args": args, "exc_info": info})


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (make_record("Error handling request %s", f"/q/{PRIVATE}"), "Error handling request"),
        (make_record(f"Invalid request from ip=10.1.2.3: {PRIVATE}"), "Invalid request"),
        (make_record("WORKER TIMEOUT (pid:%s)", 7), "WORKER TIMEOUT (pid:7)"),
        (make_record("Failed %s", "x", error=ValueError(PRIVATE)), "Failed x: builtins.ValueError @ "),
    ],
)
def test_the_server_says_neither_addresses_nor_messages_of_errors(
    record: logging.LogRecord, said: str
) -> None:
    assert forget_details(record)
    assert logging.Formatter().format(record) == said


def test_no_file_is_made_before_the_first_line(settings: Settings) -> None:
    log = RequestLog(settings)
    log.close()
    assert not (settings.instance_path / "logs").exists()
