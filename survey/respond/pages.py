"""The respondent's pages put together: the questionnaire blank and filled, and what is said around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from markupsafe import Markup

from questionnaires import Checked, Questionnaire
from survey import usage
from survey.clock import now
from survey.collectors import Doorway, Visit
from survey.respond import devices
from survey.respond.ready import take_page
from survey.respond.sections import NO_FAULTS, Fault, arrange_parts, locate_faults, render_sections

_ID_GOES_HERE: Final = "submission-id-goes-here"


def show_blank_form(visit: Visit, read: Callable[[], Questionnaire], device: str | None) -> Response:
    """Show the questionnaire to fill in; a device without a number is given one to keep.

    ``read`` is asked for the questionnaire only when the page is not ready.
    """
    number = device or devices.make_device()
    submission_id = devices.derive_submission(number, visit.collector_id, read_person())
    ready = take_page(("form", visit, read_code(), carry_person()), lambda: _render_blank(visit, read()))
    page = make_response(ready.replace(_ID_GOES_HERE, submission_id))
    if device is None:
        keep_number(page, number, visit, path="/q/")
    return page


def show_faults(
    visit: Visit, questionnaire: Questionnaire, checked: Checked, submission_id: str
) -> ResponseReturnValue:
    """Show the questionnaire as it was filled in, with what must be changed."""
    parts = arrange_parts(questionnaire)
    faults = locate_faults(parts, checked.problems)
    sections = render_sections(parts, request.form.to_dict(flat=False), faults)
    page = _render_form(visit, questionnaire, submission_id=submission_id, sections=sections, faults=faults)
    return page, 422


def show_blank_question(visit: Visit, submission_id: str) -> ResponseReturnValue:
    """Ask whether a questionnaire without a single answer is meant; nothing is wrong with one."""
    return _render(visit, "respond/blank.html", person=carry_person(), submission_id=submission_id)


def hash_device() -> bytes | None:
    """Return the keyed hash of the number that the browser keeps; None for a browser that keeps none."""
    number = devices.read_device(request.cookies.get(devices.COOKIE, ""))
    return None if number is None else usage.hash_device(str(current_app.config["SECRET_KEY"]), number)


def show_answered(visit: Visit, next_person: int) -> ResponseReturnValue:
    """Tell that this device has answered; the next person on it may go on while answers are taken."""
    is_open = visit.doorway is Doorway.OPEN
    return _render(visit, "respond/answered.html", next_person=next_person if is_open else None)


def show_thanks(visit: Visit) -> ResponseReturnValue:
    """Thank for an answer; the page says nothing about the answers."""
    is_open = visit.doorway is Doorway.OPEN
    next_person = read_person() + 1 if is_open else None
    return take_page(
        ("thanks", visit, read_code(), next_person),
        lambda: _render(visit, "respond/thanks.html", next_person=next_person),
    )


def read_person() -> int:
    """Return which person on this device the page's address is for, from 1."""
    return devices.read_person(request.args.get("person", ""))


def carry_person() -> int | None:
    """Return the person for addresses on the page; the first one, which is most people, is not written out."""
    person = read_person()
    return person if person > 1 else None


def read_code() -> str:
    """Return the collector's code as the page's address spells it."""
    return str((request.view_args or {}).get("code", ""))


def keep_number(page: Response, number: str, visit: Visit, *, path: str) -> None:
    """Have the device keep its number for the addresses below ``path`` while the wave takes answers."""
    page.set_cookie(
        devices.COOKIE,
        number,
        max_age=devices.measure_life(visit.closes_at, now()),
        path=path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _render_blank(visit: Visit, questionnaire: Questionnaire) -> str:
    sections = render_sections(arrange_parts(questionnaire))
    return _render_form(visit, questionnaire, submission_id=_ID_GOES_HERE, sections=sections)


def _render_form(
    visit: Visit,
    questionnaire: Questionnaire,
    *,
    submission_id: str,
    sections: Markup,
    faults: Mapping[str, Fault] = NO_FAULTS,
) -> str:
    return _render(
        visit,
        "respond/questionnaire.html",
        questionnaire=questionnaire,
        submission_id=submission_id,
        sections=sections,
        faults=faults,
        person=carry_person(),
    )


def _render(visit: Visit, template: str, **values: object) -> str:
    return render_template(template, visit=visit, code=read_code(), **values)
