"""Skipping what a machine cannot run, unless this is a machine that must run everything."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

SKIPS_ARE_FAILURES = os.environ.get("SURVEY_TEST_NO_SKIPS") == "1"


def skip_unless_allowed(reason: str) -> NoReturn:
    """Skip a test that this machine cannot run, or fail it where nothing may be skipped."""
    if SKIPS_ARE_FAILURES:
        pytest.fail(reason)
    pytest.skip(reason)
