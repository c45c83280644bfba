"""The reference values made with R, one file per method; vectors/ holds them with the R commands."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

VECTORS = Path(__file__).parent / "vectors"


@pytest.fixture(scope="session")
def read_vectors() -> Callable[[str], pd.DataFrame]:
    """Return a reader of one file of reference values, by its name."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(VECTORS / name, comment="#")

    return read
