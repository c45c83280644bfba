"""The type of the fixture that runs the ``survey`` command."""

from __future__ import annotations

from typing import Protocol

from click.testing import Result


class Run(Protocol):
    """Run the command with arguments, demand an exit code, and return what it printed."""

    def __call__(self, *arguments: object, code: int = 0) -> Result:
        """Run it."""
        ...
