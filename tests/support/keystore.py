"""One key store for the tests of a process; each wave has a key of its own, so they never meet."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from survey.keys import Keys

_FOLDER = Path(tempfile.mkdtemp(prefix="survey-test-keys-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)

KEYS = Keys(_FOLDER)
