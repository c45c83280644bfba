"""How the survey is asked and kept: the platform's web application and its use cases.

``create_app`` reads settings and registers; it touches neither the database nor the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from survey import headers, health, language, requestlog
from survey.config import Settings, read_secret_key, read_settings
from survey.db import Database

FACES = ("respond",)
MAXIMUM_BODY = 64 * 1024
YEAR = 365 * 24 * 3600


class _ChineseJSON(DefaultJSONProvider):
    ensure_ascii = False


def create_app(config: Settings | None = None, faces: Sequence[str] = FACES) -> Flask:
    """Return the web application with the named faces; settings come from the environment by default."""
    settings = read_settings() if config is None else config
    app = Flask("survey", instance_path=str(settings.instance_path))
    app.config.from_mapping(
        SECRET_KEY=read_secret_key(settings.instance_path),
        MAX_CONTENT_LENGTH=MAXIMUM_BODY,
        MAX_FORM_MEMORY_SIZE=MAXIMUM_BODY,
        # Addresses of static files name their content, so a file never changes under its address.
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=settings.trusted_hosts,
    )
    app.json = _ChineseJSON(app)
    app.jinja_env.undefined = StrictUndefined
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(settings.database_url)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # Flask documents this very assignment.
    Babel(app, default_locale="zh_Hans_CN", locale_selector=language.select_locale)
    csrf = CSRFProtect(app)
    headers.init_app(app)
    requestlog.init_app(app, settings)
    app.register_blueprint(health.blueprint)
    for face in faces:
        import_module(f"survey.{face}").init_app(app, csrf)
    return app
