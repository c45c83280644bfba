"""Ready pages: what is the same for every visitor of an address is rendered once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

from flask import Flask, current_app

from survey.respond.frame import page_language

MOST_PAGES: Final = 1024
"""A county's collectors with their thanks, about 10 MiB in each process."""


class Shelf:
    """Pages by everything they show; of more than ``most``, those not asked for the longest are let go."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Hashable, render: Callable[[], str]) -> str:
        """Return the page of this key, rendered now if it is not here."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        # Two threads may render the same page at once; waiting for each other would cost more.
        page = render()
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page

    def clear(self) -> None:
        """Let every page go."""
        with self._lock:
            self._pages.clear()


def init_app(app: Flask) -> None:
    """Give ``app`` its own shelf: two applications may number different questionnaires alike."""
    app.extensions["shelf"] = Shelf()


def take_page(key: Hashable, render: Callable[[], str]) -> str:
    """Return a ready page in the language of the request; ``key`` must name everything else it shows."""
    shelf: Shelf = current_app.extensions["shelf"]
    return shelf.take((page_language(), key), render)
