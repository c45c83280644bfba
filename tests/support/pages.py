"""One client for the pages of every face: each page that a test sees is checked as a whole on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

EVENT = "on"
REDIRECTIONS = range(300, 400)
LANGUAGES = {None: "zh-CN", "zh": "zh-CN", "en": "en"}
WITHOUT_LABEL = ("hidden", "submit", "button")


@dataclass(frozen=True)
class Page:
    """A page as a browser reads it."""

    status: int
    html: str
    headers: Mapping[str, str]

    @cached_property
    def root(self) -> Element:
        """The document; parsing fails on anything that is not valid HTML syntax."""
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        root: Element = parser.parse(self.html)
        return root

    @property
    def title(self) -> str:
        """What the browser's tab shows."""
        return self.text_of("title")

    @property
    def heading(self) -> str:
        """What the page's h1 says."""
        return self.text_of("h1")

    @property
    def text(self) -> str:
        """Everything that can be read on the page, spaces folded."""
        return _read_text(self.find_one("body"))

    def find(self, tag: str, /, **attributes: str) -> list[Element]:
        """Return the elements of a kind whose attributes have these values, in the order of the page."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.root.iter(tag)
            if all(element.get(key) == value for key, value in wanted.items())
        ]

    def find_one(self, tag: str, /, **attributes: str) -> Element:
        """Return the only such element; fail when there is none or more than one."""
        found = self.find(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}"
        return found[0]

    def text_of(self, tag: str, /, **attributes: str) -> str:
        """Return what the only such element says."""
        return _read_text(self.find_one(tag, **attributes))

    def link_to(self, words: str) -> str:
        """Return the address of the link that says these words."""
        found = [link.get("href", "") for link in self.find("a") if _read_text(link) == words]
        assert len(found) == 1, f"{len(found)} links say {words!r}"
        return found[0]

    def fields(self) -> dict[str, list[str]]:
        """Return what the page's only posting form would send as it stands."""
        form = self.find_one("form", method="post")
        sent: dict[str, list[str]] = {}
        for control in form.iter():
            if _is_sent(control):
                sent.setdefault(control.get("name", ""), []).append(_read_value(control))
        return sent

    def action(self) -> str:
        """Return where the page's only posting form sends to."""
        return self.find_one("form", method="post").get("action", "")


class PageClient:
    """A browser without script, which keeps cookies unless told not to, and checks each page it gets."""

    def __init__(self, app: Flask, *, use_cookies: bool = True) -> None:
        self.app = app
        self.client = app.test_client(use_cookies=use_cookies)

    def get(self, address: str, **kwargs: Any) -> Page:
        """Open an address, following redirections as a browser does."""
        return self._read(self.client.get(address, follow_redirects=True, **kwargs))

    def post(self, address: str, data: Mapping[str, Any], **kwargs: Any) -> Page:
        """Send a form and follow to the page that answers it."""
        return self._read(self.client.post(address, data=data, follow_redirects=True, **kwargs))

    def send(self, page: Page, **changes: str | list[str]) -> Page:
        """Send a page's form with some fields filled in by name; every name must be on the form."""
        for name in changes:
            assert page.find("input", name=name) or page.find("textarea", name=name), f"no field {name}"
        return self.post(page.action(), page.fields() | changes)

    def _read(self, response: TestResponse) -> Page:
        page = Page(response.status_code, response.get_data(as_text=True), dict(response.headers))
        check_page(self.app, page, response.request.query_string.decode())
        return page


def check_page(app: Flask, page: Page, query: str = "") -> None:
    """Fail unless a page keeps every rule that holds for all pages."""
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    language = parse_qs(query).get("lang", [None])[0]
    assert page.find_one("html").get("lang") == LANGUAGES[language]
    assert page.find_one("meta", name="viewport").get("content") == "width=device-width, initial-scale=1"
    assert page.heading, "the page has no heading"
    assert page.title.endswith(page.heading), f"title {page.title!r} and heading {page.heading!r} differ"
    faults = [*_find_repeated_ids(page), *_find_dangling(page), *_find_inline(page), *_find_unlabelled(page)]
    faults += [*_find_lost_addresses(app, page), *_find_mute(page)]
    assert not faults, "\n".join(faults)


def _find_repeated_ids(page: Page) -> Iterator[str]:
    counts = Counter(element.get("id") for element in page.root.iter() if element.get("id") is not None)
    yield from (f"id {key!r} stands {n} times" for key, n in counts.items() if n > 1)


def _find_dangling(page: Page) -> Iterator[str]:
    known = {element.get("id") for element in page.root.iter()}
    for element in page.root.iter():
        for name in ("for", "aria-labelledby", "aria-describedby", "data-count"):
            lost = [key for key in element.get(name, "").split() if key not in known]
            yield from (f"{element.tag} {name} names the absent id {key!r}" for key in lost)
        target = element.get("href", "")
        if target.startswith("#") and target[1:] not in known:
            yield f"link to the absent id {target!r}"


def _find_inline(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        if element.tag == "style" or (element.tag == "script" and element.get("src") is None):
            yield f"inline {element.tag}"
        named = [name for name in element.attrib if name == "style" or name.startswith(EVENT)]
        yield from (f"{element.tag} has the inline attribute {name}" for name in named)
        if element.get("href", "").strip().lower().startswith("javascript:"):
            yield "link that is a script"


def _find_unlabelled(page: Page) -> Iterator[str]:
    named = {label.get("for") for label in page.find("label") if _read_text(label)}
    inside = {id(control) for label in page.find("label") if _read_text(label) for control in label.iter()}
    grouped = {
        id(control)
        for fieldset in page.find("fieldset")
        if fieldset.find("legend") is not None and _read_text(fieldset.find("legend"))
        for control in fieldset.iter()
    }
    for control in _list_controls(page):
        name = control.get("name", "?")
        if control.get("id") not in named and id(control) not in inside:
            yield f"field {name} has no label"
        if control.get("type") in ("radio", "checkbox") and id(control) not in grouped:
            yield f"choice {name} stands in no fieldset with a legend"


def _find_lost_addresses(app: Flask, page: Page) -> Iterator[str]:
    places = [("GET", "a", "href"), ("GET", "link", "href"), ("GET", "script", "src"), ("GET", "img", "src")]
    for method, tag, name in places:
        for element in page.find(tag):
            yield from _check_address(app, method, element.get(name, ""))
    for form in page.find("form"):
        yield from _check_address(app, form.get("method", "").upper(), form.get("action", ""))


def _check_address(app: Flask, method: str, address: str) -> Iterator[str]:
    if address.startswith(("#", "data:", "tel:")):
        return
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address:
        yield f"address {address!r} does not lead to a page of ours"
        return
    try:
        app.url_map.bind("localhost").match(parts.path, method=method)
    except RequestRedirect:
        return
    except (NotFound, MethodNotAllowed) as error:
        yield f"{method} {address!r} leads nowhere: {error.code}"


def _find_mute(page: Page) -> Iterator[str]:
    for element in [*page.find("button"), *page.find("a"), *page.find("legend"), *page.find("h2")]:
        if not _read_text(element):
            yield f"{element.tag} without words"
    yield from ("image without words" for image in page.find("img") if image.get("alt") is None)


def _list_controls(page: Page) -> list[Element]:
    controls = [*page.find("input"), *page.find("textarea"), *page.find("select")]
    return [control for control in controls if control.get("type") not in WITHOUT_LABEL]


def _is_sent(control: Element) -> bool:
    if control.tag not in ("input", "textarea") or not control.get("name"):
        return False
    return control.get("type") not in ("radio", "checkbox") or control.get("checked") is not None


def _read_value(control: Element) -> str:
    # The first line end inside a textarea belongs to the markup, and the parser has dropped it already.
    return control.get("value", "") if control.tag == "input" else "".join(control.itertext())


def _read_text(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
