"""The addresses of respondents: what this is, a questionnaire, its answers taken in, and thanks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from questionnaires import Checked, Questionnaire, check_answers
from survey.clock import now
from survey.codes import read_code
from survey.collectors import TOKEN_LENGTH, Doorway, Visit, find_visit, read_questionnaire
from survey.db import Database
from survey.language import ENGLISH
from survey.respond import devices, pages
from survey.respond.doors import ClosedDoorError, UnknownCodeError
from survey.respond.frame import page_language
from survey.responses import RefusedError, Submission, is_received, save_response

blueprint = Blueprint("respond", __name__)


@blueprint.url_defaults
def carry_language(_endpoint: str, values: dict[str, Any]) -> None:
    """Keep the language of the page in the addresses on it; a webview may have no cookies."""
    if page_language() == ENGLISH:
        values.setdefault("lang", ENGLISH)


@blueprint.get("/")
def show_home() -> ResponseReturnValue:
    """Say what this is, for somebody who typed the address."""
    return render_template("respond/home.html")


@blueprint.get("/q/")
def find_form() -> ResponseReturnValue:
    """Lead from a typed code to its questionnaire."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return redirect(url_for(".show_home"))
    return redirect(url_for(".show_form", code=read_code(typed, TOKEN_LENGTH)))


@blueprint.get("/q/<code>", strict_slashes=False)
def show_form(code: str) -> ResponseReturnValue:
    """Show the questionnaire, or what stands in its place."""
    device = devices.read_device(request.cookies.get(devices.COOKIE, ""))
    with _database().read() as session:
        visit = _enter(session, code)
        if device and _has_answered(session, visit, device, pages.read_person()):
            return pages.show_answered(visit, _find_next(session, visit, device))
        _require_open(visit)
        return pages.show_blank_form(visit, lambda: read_questionnaire(session, visit.version_id), device)


@blueprint.post("/q/<code>", strict_slashes=False)
def take_answers(code: str) -> ResponseReturnValue:
    """Take a filled questionnaire in, or say what must be settled first."""
    submission_id = devices.read_submission(request.form.get("_submission", ""))
    with _database().read() as session:
        visit = _enter(session, code)
        questionnaire = read_questionnaire(session, visit.version_id)
    checked = check_answers(questionnaire, request.form.to_dict(flat=False))
    if _needs_settling(checked):
        return _settle_first(visit, questionnaire, checked, submission_id)
    _store_answers(visit, checked, submission_id)
    return _lead_to_thanks(code)


@blueprint.get("/q/<code>/thanks")
def show_thanks(code: str) -> ResponseReturnValue:
    """Thank for an answer; a repeated one comes here as well."""
    with _database().read() as session:
        visit = _enter(session, code)
    return pages.show_thanks(visit)


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _enter(session: Session, code: str) -> Visit:
    visit = find_visit(session, code, now())
    if visit is None:
        raise UnknownCodeError(code)
    return visit


def _require_open(visit: Visit) -> None:
    if visit.doorway is not Doorway.OPEN:
        raise ClosedDoorError(visit, visit.doorway)


def _has_answered(session: Session, visit: Visit, device: str, person: int) -> bool:
    return is_received(session, devices.derive_submission(device, visit.collector_id, person))


def _find_next(session: Session, visit: Visit, device: str) -> int:
    return devices.find_person(lambda person: _has_answered(session, visit, device, person))


def _needs_settling(checked: Checked) -> bool:
    is_unmeant_blank = checked.is_blank and "_blank" not in request.form
    return bool(checked.problems) or is_unmeant_blank


def _settle_first(
    visit: Visit, questionnaire: Questionnaire, checked: Checked, submission_id: str
) -> ResponseReturnValue:
    # A form that was taken in before is answered as before, whatever a second tab holds by now.
    with _database().read() as session:
        if is_received(session, submission_id):
            return _lead_to_thanks(pages.read_code())
    _require_open(visit)
    if checked.problems:
        return pages.show_faults(visit, questionnaire, checked, submission_id)
    return pages.show_blank_question(visit, submission_id)


def _store_answers(visit: Visit, checked: Checked, submission_id: str) -> None:
    submission = Submission(
        collector_id=visit.collector_id,
        submission_id=submission_id,
        sheet=checked.sheet,
        comments=checked.comments,
        device=pages.hash_device(),
    )
    try:
        with _database().write() as session:
            save_response(session, submission, now())
    except RefusedError as error:
        raise ClosedDoorError(visit, error.doorway) from error


def _lead_to_thanks(code: str) -> ResponseReturnValue:
    return redirect(url_for(".show_thanks", code=code, person=pages.carry_person()), 303)
