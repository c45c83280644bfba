"""Addresses for those who keep the server running: is it alive, and can it take answers."""

from __future__ import annotations

from flask import Blueprint, current_app
from sqlalchemy.exc import SQLAlchemyError

from survey.db import Database
from survey.schema import SchemaError, check_schema

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show_health() -> tuple[dict[str, str], int]:
    """Say that the process answers; the database is not asked."""
    return {"status": "ok"}, 200


@blueprint.get("/readyz")
def show_readiness() -> tuple[dict[str, str], int]:
    """Say whether the database answers and has the schema that this program needs."""
    database: Database = current_app.extensions["database"]
    try:
        check_schema(database)
    except SchemaError:
        return {"status": "schema"}, 503
    except SQLAlchemyError:
        return {"status": "database"}, 503
    return {"status": "ok"}, 200
