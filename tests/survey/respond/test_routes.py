"""The golden list of the respondents' addresses: adding one is a decision, made by changing this list."""

from __future__ import annotations

from flask import Flask

ROUTES = {
    "GET / respond.show_home",
    "GET /q/ respond.find_form",
    "GET /q/<code> respond.show_form",
    "POST /q/<code> respond.take_answers",
    "GET /q/<code>/thanks respond.show_thanks",
}


def test_the_respondents_have_these_addresses_and_no_other(compiled_app: Flask) -> None:
    found = {
        f"{method} {rule.rule} {rule.endpoint}"
        for rule in compiled_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("respond.")
    }
    assert found == ROUTES
