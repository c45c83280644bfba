"""Run a ``survey`` command under a clock on the wall that is set while it runs.

The first argument is a file with the seconds that the clock is off the true time; forked workers read it too.
The clock that counts from the machine's start stays true, as it does when somebody sets the time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

_true_time = time.time
_file = Path(sys.argv.pop(1))


def read_clock() -> float:
    """Return the seconds since 1970 that the clock on the wall shows."""
    return _true_time() + float(_file.read_text(encoding="ascii"))


time.time = read_clock

# The clock must be set before the program looks at it for the first time.
from survey.cli import main  # noqa: E402 - As said above.

main()
