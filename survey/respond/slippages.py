"""The pages of people with a slip put together. The code stands in hidden fields, never in an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import current_app, make_response, render_template, request
from flask.wrappers import Response
from markupsafe import Markup

from questionnaires import Checked, Questionnaire
from survey.collectors import Visit
from survey.respond import devices
from survey.respond.attempts import COOKIE, COOKIE_LIFE, Refusal
from survey.respond.pages import keep_number
from survey.respond.ready import take_page
from survey.respond.sections import NO_FAULTS, arrange_parts, locate_faults, render_sections
from survey.slips import HeldSlip

PATH: Final = "/s"
FIELD: Final = "_slip"
LONGEST_CODE: Final = 80
"""More is never a code; it is cut before anything is done with it."""

_ID_GOES_HERE: Final = "submission-id-goes-here"
_CODE_GOES_HERE: Final = "slip-code-goes-here"


def read_code() -> str:
    """Return the code that the form carries, cut to what a code may be long."""
    return request.form.get(FIELD, "")[:LONGEST_CODE]


def show_entry() -> str:
    """Show where a slip's code is typed, and from where a scanned one is sent on."""
    return take_page("slip", lambda: _render_entry(is_refused=False, is_limited=False, puzzle=None))


def show_refusal(refusal: Refusal) -> Response:
    """Show the one page for every code that lets nobody answer."""
    page = make_response(
        _render_entry(is_refused=True, is_limited=refusal.is_limited, puzzle=refusal.puzzle),
        429 if refusal.is_limited else 422,
    )
    page.set_cookie(
        COOKIE,
        refusal.device,
        max_age=COOKIE_LIFE,
        path=PATH,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return page


def show_blank_form(visit: Visit, read: Callable[[], Questionnaire], held: HeldSlip) -> Response:
    """Show the questionnaire to fill in; ``read`` is asked for it only when the page is not ready."""
    kept = devices.read_device(request.cookies.get(devices.COOKIE, ""))
    number = kept or devices.make_device()
    ready = take_page(("slip form", visit), lambda: _render_blank(visit, read()))
    body = ready.replace(_ID_GOES_HERE, devices.derive_for_slip(number, held.digest))
    page = make_response(body.replace(_CODE_GOES_HERE, Markup.escape(read_code())))
    if kept is None:
        keep_number(page, number, visit, path=PATH)
    return page


def show_faults(visit: Visit, questionnaire: Questionnaire, checked: Checked, submission_id: str) -> Response:
    """Show the questionnaire as it was filled in, with what must be changed."""
    parts = arrange_parts(questionnaire)
    faults = locate_faults(parts, checked.problems)
    sections = render_sections(parts, request.form.to_dict(flat=False), faults)
    page = _render_form(
        visit, questionnaire, submission_id=submission_id, code=read_code(), sections=sections, faults=faults
    )
    return make_response(page, 422)


def show_blank_question(visit: Visit, submission_id: str) -> str:
    """Ask whether a questionnaire without a single answer is meant; nothing is wrong with one."""
    return render_template(
        "respond/slipblank.html", visit=visit, submission_id=submission_id, code=read_code(), person=None
    )


def show_thanks() -> str:
    """Thank for an answer; the page is the same for everybody."""
    return take_page("slip thanks", lambda: render_template("respond/slipthanks.html"))


def _render_entry(*, is_refused: bool, is_limited: bool, puzzle: str | None) -> str:
    return render_template("respond/slip.html", is_refused=is_refused, is_limited=is_limited, puzzle=puzzle)


def _render_blank(visit: Visit, questionnaire: Questionnaire) -> str:
    sections = render_sections(arrange_parts(questionnaire))
    return _render_form(
        visit, questionnaire, submission_id=_ID_GOES_HERE, code=_CODE_GOES_HERE, sections=sections
    )


def _render_form(visit: Visit, questionnaire: Questionnaire, **shown: object) -> str:
    values = {"faults": NO_FAULTS} | shown
    return render_template("respond/slipform.html", visit=visit, questionnaire=questionnaire, **values)
