"""Errors of survey designs and their weights: each keeps its parts and builds its own sentence."""


class DesignError(ValueError):
    """A survey design that cannot be as described.

    `argument` is the parameter or column at fault, `place` the row, stratum, unit or cell (empty when it
    is the whole column), `reason` what is wrong and what to do about it.
    """

    def __init__(self, argument: str, place: str, reason: str) -> None:
        super().__init__(argument, place, reason)
        self.argument = argument
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        place = f" ({self.place})" if self.place else ""
        return f"{self.argument}{place}: {self.reason}"


class LonelyPsuError(DesignError):
    """A stratum with one sampled unit out of several, and no policy chosen for it."""


class CalibrationError(DesignError):
    """Totals that the sample cannot be weighted to; the parts are those of `DesignError`."""
