"""Errors of this package: each keeps its parts and builds its own sentence."""

from collections.abc import Iterable


class CountError(ValueError):
    """A count that cannot be one, or cannot stand beside another.

    `argument` is the parameter's name, `value` what was given, `index` the place of the first fault
    (empty for a scalar, one number per dimension for an array), `reason` what is wrong with it.
    """

    def __init__(self, argument: str, value: object, index: tuple[int, ...], reason: str) -> None:
        super().__init__(argument, value, index, reason)
        self.argument = argument
        self.value = value
        self.index = index
        self.reason = reason

    def __str__(self) -> str:
        place = "".join(f"[{position}]" for position in self.index)
        return f"{self.argument}{place} = {self.value}: {self.reason}"


class ShareError(CountError):
    """A share, level or probability outside its range; the parts are those of `CountError`."""


class ShapeError(ValueError):
    """Arguments whose shapes do not broadcast. `shapes` holds the shape of each, by name."""

    def __init__(self, shapes: dict[str, tuple[int, ...]]) -> None:
        super().__init__(shapes)
        self.shapes = shapes

    def __str__(self) -> str:
        listed = ", ".join(f"{name} {shape}" for name, shape in self.shapes.items())
        return f"shapes do not broadcast: {listed}"


class ChoiceError(ValueError):
    """An option that is not one of the offered ones. Parts: `argument`, `value`, `choices`."""

    def __init__(self, argument: str, value: object, choices: Iterable[str]) -> None:
        self.argument = argument
        self.value = value
        self.choices = tuple(choices)
        super().__init__(argument, value, self.choices)

    def __str__(self) -> str:
        return f"{self.argument} = {self.value!r}: choose one of {', '.join(self.choices)}"


class ColumnError(ValueError):
    """A frame that lacks columns. Parts: `table` names the frame, `missing` the columns."""

    def __init__(self, table: str, missing: Iterable[str]) -> None:
        self.table = table
        self.missing = tuple(missing)
        super().__init__(table, self.missing)

    def __str__(self) -> str:
        return f"{self.table}: missing column {', '.join(self.missing)}"
