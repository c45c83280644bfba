"""What a respondent meets instead of the questionnaire, each on a page of its own with its own status."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import InternalServerError

from survey.codes import DamagedCodeError
from survey.collectors import Doorway, Visit
from survey.respond import pages
from survey.respond.devices import DamagedFormError
from survey.respond.frame import (
    DATABASE_TROUBLES,
    RETRY_SECONDS,
    render_trouble,
    show_database_trouble,
    show_trouble,
)

STATUSES = {Doorway.EARLY: 403, Doorway.FULL: 409, Doorway.CLOSED: 410}
"""Too early is refused for now, a full collector conflicts with its headcount, a closed wave is gone."""

LONGEST_QUOTED = 24


class UnknownCodeError(LookupError):
    """A whole code that no collector has."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ClosedDoorError(Exception):
    """A collector that takes no answer now; ``doorway`` says why."""

    def __init__(self, visit: Visit, doorway: Doorway) -> None:
        super().__init__(doorway.value)
        self.visit = visit
        self.doorway = doorway


def init_blueprint(blueprint: Blueprint) -> None:
    """Have every such case on the blueprint's addresses answered by its page."""
    blueprint.register_error_handler(ClosedDoorError, show_door)
    blueprint.register_error_handler(UnknownCodeError, show_unknown)
    blueprint.register_error_handler(DamagedCodeError, show_damaged)
    blueprint.register_error_handler(DamagedFormError, show_broken)
    blueprint.register_error_handler(InternalServerError, show_failure)
    for trouble in DATABASE_TROUBLES:
        blueprint.register_error_handler(trouble, show_unsent)


def show_door(error: ClosedDoorError) -> ResponseReturnValue:
    """Tell that no answer is taken here now, and why."""
    page = render_template(f"respond/{error.doorway.value}.html", visit=error.visit)
    return page, STATUSES[error.doorway]


def show_unknown(error: UnknownCodeError) -> ResponseReturnValue:
    """Tell that a code belongs to no questionnaire."""
    return render_template("respond/unknown.html", code=_quote_code(error.code)), 404


def show_damaged(error: DamagedCodeError) -> ResponseReturnValue:
    """Tell that a code was mistyped or cut off."""
    return render_template("respond/damaged.html", code=_quote_code(error.code)), 404


def show_broken(_error: DamagedFormError) -> ResponseReturnValue:
    """Tell that a form came without its id, and give a fresh one."""
    return _render_form_trouble("respond/broken.html", 400), 400


def show_unsent(error: SQLAlchemyError) -> ResponseReturnValue:
    """Tell that the database could not take the answers now, and keep them on the page to send again."""
    if request.method != "POST":
        return show_database_trouble(error)
    return _render_form_trouble("respond/unsent.html", 503), 503, {"Retry-After": str(RETRY_SECONDS)}


def show_failure(error: InternalServerError) -> ResponseReturnValue:
    """Tell that the program failed; answers stay on the page to send again."""
    if request.method != "POST":
        return show_trouble(error)
    return _render_form_trouble("respond/unsent.html", 500), 500


def _quote_code(code: str) -> str:
    # Whatever stood in the address is shown to be compared: no more of it than fits, nothing invisible.
    return "".join(symbol for symbol in code[:LONGEST_QUOTED] if symbol.isprintable())


def _render_form_trouble(template: str, status: int) -> str:
    return render_trouble(
        template,
        status,
        code=pages.read_code(),
        person=pages.carry_person(),
        fields=list(request.form.items(multi=True)),
    )
