"""The addresses of people with a slip: type or scan the code, answer, thanks.

The code travels in the body of a request only. Whatever does not let somebody answer is refused with one
page, after the same work, so that nobody learns whether a slip was used.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import InternalServerError

from questionnaires import Checked, check_answers
from survey.clock import now
from survey.collectors import Doorway, Visit, read_questionnaire, read_visit
from survey.db import Database
from survey.respond import devices, pages, slippages
from survey.respond.attempts import BusyError, find_code, refuse_code
from survey.respond.devices import DamagedFormError
from survey.respond.doors import ClosedDoorError, show_door
from survey.respond.frame import (
    DATABASE_TROUBLES,
    RETRY_SECONDS,
    render_trouble,
    show_database_trouble,
    show_trouble,
)
from survey.respond.views import carry_language
from survey.responses import RefusedError, SlipSpentError, Submission, is_received, save_response
from survey.slips import Finding, HeldSlip

blueprint = Blueprint("slips", __name__)
blueprint.url_defaults(carry_language)
blueprint.register_error_handler(ClosedDoorError, show_door)


class RefusedCodeError(Exception):
    """A code that lets nobody answer; ``finding`` is what it came near."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


@blueprint.get("/s", strict_slashes=False)
def show_entry() -> ResponseReturnValue:
    """Show where a code is typed; a script sends a scanned one on from here."""
    return slippages.show_entry()


# The form has an address of its own: from a page at /s a browser would not load /s#<code> anew.
@blueprint.post("/s", endpoint="enter_at_entry", strict_slashes=False)
@blueprint.post("/s/form")
def enter_slip() -> ResponseReturnValue:
    """Show the questionnaire to whoever holds an unused slip."""
    held = _require_slip()
    with _database().read() as session:
        visit = _visit(session, held)
        return slippages.show_blank_form(visit, lambda: read_questionnaire(session, visit.version_id), held)


@blueprint.post("/s/answers")
def take_answers() -> ResponseReturnValue:
    """Take a filled questionnaire in and spend the slip, or say what must be settled first."""
    submission_id = devices.read_submission(request.form.get("_submission", ""))
    with _database().read() as session:
        if is_received(session, submission_id):
            return _lead_to_thanks()
    held = _require_slip()
    with _database().read() as session:
        visit = _visit(session, held)
        questionnaire = read_questionnaire(session, visit.version_id)
    checked = check_answers(questionnaire, request.form.to_dict(flat=False))
    if checked.problems:
        return slippages.show_faults(visit, questionnaire, checked, submission_id)
    if checked.is_blank and "_blank" not in request.form:
        return slippages.show_blank_question(visit, submission_id)
    _spend_slip(held, checked, submission_id)
    return _lead_to_thanks()


@blueprint.get("/s/form")
@blueprint.get("/s/answers")
def start_again() -> ResponseReturnValue:
    """Lead back to the entry from an address that only takes forms."""
    return redirect(url_for(".show_entry"))


@blueprint.get("/s/thanks")
def show_thanks() -> ResponseReturnValue:
    """Thank for an answer; a repeated one comes here as well."""
    return slippages.show_thanks()


@blueprint.errorhandler(RefusedCodeError)
def show_refusal(error: RefusedCodeError) -> ResponseReturnValue:
    """Refuse a code, whatever it is that is wrong with it."""
    return slippages.show_refusal(refuse_code(slippages.read_code(), error.finding))


@blueprint.errorhandler(DamagedFormError)
def show_broken(_error: DamagedFormError) -> ResponseReturnValue:
    """Tell that a form came without its id; the slip is as good as before."""
    return render_trouble("respond/slipbroken.html", 400), 400


@blueprint.errorhandler(BusyError)
def show_busy(_error: BusyError) -> ResponseReturnValue:
    """Tell that a code was not looked up, and keep all that was sent to send it again."""
    return _keep_form("respond/slipunsent.html" if _has_answers() else "respond/slipbusy.html", 503)


@blueprint.errorhandler(InternalServerError)
def show_failure(error: InternalServerError) -> ResponseReturnValue:
    """Tell that the program failed; answers stay on the page to send again."""
    return _keep_form("respond/slipunsent.html", 500) if _has_answers() else show_trouble(error)


def show_unsent(error: Exception) -> ResponseReturnValue:
    """Tell that the database could not take the answers now, and keep them on the page to send again."""
    return _keep_form("respond/slipunsent.html", 503) if _has_answers() else show_database_trouble(error)


for _trouble in DATABASE_TROUBLES:
    blueprint.register_error_handler(_trouble, show_unsent)


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _require_slip() -> HeldSlip:
    finding = find_code(slippages.read_code())
    if finding.held is None:
        raise RefusedCodeError(finding)
    return finding.held


def _visit(session: Session, held: HeldSlip) -> Visit:
    visit = read_visit(session, held.collector_id, now())
    if visit is None or visit.doorway in (Doorway.CLOSED, Doorway.FULL):
        raise RefusedCodeError(Finding(held=None, collector_id=held.collector_id))
    if visit.doorway is Doorway.EARLY:
        raise ClosedDoorError(visit, visit.doorway)
    return visit


def _spend_slip(held: HeldSlip, checked: Checked, submission_id: str) -> None:
    submission = Submission(
        collector_id=held.collector_id,
        submission_id=submission_id,
        sheet=checked.sheet,
        comments=checked.comments,
        slip=held.digest,
        device=pages.hash_device(),
    )
    try:
        with _database().write() as session:
            save_response(session, submission, now())
    except (RefusedError, SlipSpentError) as error:
        # Another used it, or the wave closed, since the code was looked up a moment ago.
        raise RefusedCodeError(Finding(held=None, collector_id=held.collector_id)) from error


def _lead_to_thanks() -> ResponseReturnValue:
    return redirect(url_for(".show_thanks"), 303)


def _has_answers() -> bool:
    return request.endpoint == "slips.take_answers" and request.method == "POST"


def _keep_form(template: str, status: int) -> ResponseReturnValue:
    fields = list(request.form.items(multi=True))
    page = render_trouble(template, status, code=slippages.read_code(), fields=fields)
    return page, status, {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
