"""The respondent's pages: what a person meets who scans a unit's code. They need no script and no cookie."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from survey.respond import attempts, doors, frame, ready, slips
from survey.respond.views import blueprint

doors.init_blueprint(blueprint)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Register the pages; the anonymous form is exempt from CSRF protection (docs/decisions/0010)."""
    frame.init_app(app)
    ready.init_app(app)
    attempts.init_app(app)
    for face in (blueprint, slips.blueprint):
        csrf.exempt(face)
        app.register_blueprint(face)
