"""The pages behind ``/q/``."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("respond", __name__)
