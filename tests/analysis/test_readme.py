"""The examples of the package's page run, and print what the page says."""

import doctest
from pathlib import Path

import pandas as pd

README = Path(__file__).parents[2] / "analysis" / "README.md"


def test_every_example_of_the_page_is_true():
    with pd.option_context("display.width", 120, "display.max_columns", 20):
        result = doctest.testfile(
            str(README), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
        )

    assert result.failed == 0
    assert result.attempted > 25
