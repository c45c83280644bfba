"""Visits: answering over HTTP as a phone would, without cookies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="(\w*)"')
_PATIENCE = 30


class VisitError(RuntimeError):
    """A questionnaire that did not thank for an answer."""


def is_ready(base: str) -> bool:
    """Whether the server at this address can take answers."""
    try:
        with urlopen(f"{base}/readyz", timeout=_PATIENCE) as reply:  # noqa: S310 - The address is this machine's.
            return bool(reply.status == 200)
    except (URLError, OSError):
        return False


def send_form(address: str, form: Mapping[str, Sequence[str]]) -> str:
    """Fetch the questionnaire at ``address``, send it filled, and return its submission id.

    Raises VisitError when the reply is anything but thanks.
    """
    with urlopen(address, timeout=_PATIENCE) as reply:  # noqa: S310 - As above.
        hidden = dict(_HIDDEN.findall(reply.read().decode()))
    sent = urlencode(hidden | dict(form), doseq=True).encode()
    with urlopen(address, sent, timeout=_PATIENCE) as reply:  # noqa: S310 - As above.
        if not reply.url.split("?")[0].endswith("/thanks"):
            raise VisitError(f"no thanks from {reply.url}")
    return str(hidden["_submission"])
