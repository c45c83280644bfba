"""Which sums of a table are known to its reader: relations between cells.

A relation is a row of coefficients; its value over the table is taken as published. For a total that is
itself a cell of the table the row reads parts minus total, and its value is 0.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from .counts import Booleans, Floats, check_counts
from .errors import ShapeError

Label: TypeAlias = Hashable
Relations: TypeAlias = Mapping[Label, Sequence[Label]] | sparse.sparray | sparse.spmatrix | ArrayLike | None
Values: TypeAlias = pd.Series | pd.DataFrame | ArrayLike


class RelationError(ValueError):
    """A total whose parts are unknown or do not add up to it. Parts: `total`, `reason`."""

    def __init__(self, total: Label, reason: str) -> None:
        super().__init__(total, reason)
        self.total = total
        self.reason = reason

    def __str__(self) -> str:
        return f"relation {self.total!r}: {self.reason}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """A table laid flat: `values` (cells,), `matrix` (relations, cells) and a label for each cell."""

    values: Floats
    matrix: sparse.csr_array
    labels: list[Label]

    def within(self, chosen: Booleans) -> "Cells":
        """Return the chosen cells alone, with the relations that touch them.

        The other cells count as published: they stand on the known side of every relation.
        """
        matrix = sparse.csr_array(self.matrix[:, np.flatnonzero(chosen)])
        touched = np.diff(matrix.indptr) > 0
        labels = [label for label, is_in in zip(self.labels, chosen, strict=True) if is_in]
        return Cells(values=self.values[chosen], matrix=sparse.csr_array(matrix[touched]), labels=labels)


def read_cells(values: Values, relations: Relations = None) -> Cells:
    """Return a table of counts and its relations laid flat.

    `values` is a Series (labels from its index), a DataFrame (labels are pairs) or an array of any number
    of dimensions (labels are positions). `relations` is a mapping from each total to its parts (a total
    that is no cell is published elsewhere), or a matrix with a row a relation and a column a cell in
    row order; None means that the sums along every axis are published.
    Raises CountError for a value that is no count, RelationError or ShapeError for relations that do not fit.
    """
    counts = check_counts(values=_array(values))["values"]
    labels = _labels(values, counts.shape)
    flat = counts.ravel().astype(float)
    matrix = _matrix(relations, flat, labels, counts.shape)
    matrix.eliminate_zeros()
    return Cells(values=flat, matrix=matrix, labels=labels)


def read_mask(mask: Values, like: Values, *, argument: str) -> Booleans:
    """Return a mask of the table laid flat; raise ShapeError where it has another shape."""
    array = np.asarray(_array(mask), dtype=bool)
    wanted = np.shape(_array(like))
    if array.shape != wanted:
        raise ShapeError({argument: array.shape, "values": wanted})
    return array.ravel()


def shaped_mask(mask: Booleans, like: Values) -> Any:
    """Return a flat mask in the form of the table: Series, DataFrame or array."""
    if isinstance(like, pd.Series):
        return pd.Series(mask, index=like.index)
    if isinstance(like, pd.DataFrame):
        return pd.DataFrame(mask.reshape(like.shape), index=like.index, columns=like.columns)
    return mask.reshape(np.shape(like))


def margin_relations(shape: Sequence[int]) -> sparse.csr_array:
    """Return the sums along every axis of a table whose totals stand outside it.

    Two dimensions give row and column sums; one dimension gives the one grand total.
    """
    blocks = [
        _kronecker(shape, axis, sparse.csr_array(np.ones((1, size)))) for axis, size in enumerate(shape)
    ]
    return _stacked(blocks, int(np.prod(shape)))


def tree_relations(*parents: Sequence[int] | NDArray[np.integer]) -> sparse.csr_array:
    """Return the sums of a table whose dimensions are trees: units, groups, answers.

    Each argument is one dimension: for every position that of its parent, -1 at a root. A flat dimension
    with a total in position 0 is `[-1, 0, 0, …]`, one that does not add up (separate items) `[-1, -1, …]`.
    The cells are the product of all dimensions in row order; along each of them a parent equals the sum
    of its children. Raises RelationError for a parent that is no position or lies in a circle.
    """
    sizes = [len(dimension) for dimension in parents]
    blocks = [
        _kronecker(sizes, axis, _parent_rows(np.asarray(dimension, dtype=np.int64)))
        for axis, dimension in enumerate(parents)
    ]
    return _stacked(blocks, int(np.prod(sizes)))


def _array(values: Values) -> NDArray[Any]:
    return values.to_numpy() if isinstance(values, pd.Series | pd.DataFrame) else np.asarray(values)


def _labels(values: Values, shape: tuple[int, ...]) -> list[Label]:
    if isinstance(values, pd.Series):
        return list(values.index)
    if isinstance(values, pd.DataFrame):
        return list(product(values.index, values.columns))
    if len(shape) == 1:
        return list(range(shape[0]))
    return [tuple(int(position) for position in index) for index in np.ndindex(shape)]


def _matrix(
    relations: Relations, values: Floats, labels: list[Label], shape: tuple[int, ...]
) -> sparse.csr_array:
    if relations is None:
        return margin_relations(shape)
    if isinstance(relations, Mapping):
        return _mapped(relations, values, labels)
    matrix = sparse.csr_array(relations)  # type: ignore[arg-type]  # the stubs forget dense arrays
    if matrix.shape[1] != len(values):
        raise ShapeError({"relations (columns are cells)": matrix.shape, "values": shape})
    return matrix.astype(float)


def _mapped(
    relations: Mapping[Label, Sequence[Label]], values: Floats, labels: list[Label]
) -> sparse.csr_array:
    place = {label: position for position, label in enumerate(labels)}
    matrix = sparse.lil_array((len(relations), len(labels)))
    for row, (total, parts) in enumerate(relations.items()):
        columns = _places(total, parts, place)
        matrix[row, columns] = 1.0
        if total in place:
            _check_sum(total, values[place[total]], values[columns].sum())
            matrix[row, [place[total]]] = -1.0
    return sparse.csr_array(matrix)


def _places(total: Label, parts: Iterable[Label], place: Mapping[Label, int]) -> list[int]:
    unknown = [part for part in parts if part not in place]
    if unknown:
        raise RelationError(total, f"its part {unknown[0]!r} is no cell of the table")
    return [place[part] for part in parts]


def _check_sum(total: Label, value: float, parts: float) -> None:
    if value != parts:
        raise RelationError(total, f"it is {value:g}, but its parts add up to {parts:g}")


def _parent_rows(parents: NDArray[np.int64]) -> sparse.csr_array:
    """Return one row a parent: +1 at its children, -1 at itself."""
    _check_tree(parents)
    children = np.flatnonzero(parents >= 0)
    owners, row = np.unique(parents[children], return_inverse=True)
    rows = np.concatenate([row, np.arange(len(owners))])
    columns = np.concatenate([children, owners])
    signs = np.concatenate([np.ones(len(children)), -np.ones(len(owners))])
    return sparse.csr_array((signs, (rows, columns)), shape=(len(owners), len(parents)))


def _check_tree(parents: NDArray[np.int64]) -> None:
    if ((parents >= len(parents)) | (parents < -1)).any():
        raise RelationError("tree", f"a parent must be -1 or a position below {len(parents)}")
    above = parents.copy()
    for _ in range(len(parents)):
        if (above < 0).all():
            return
        above = np.where(above >= 0, parents[above], -1)
    if (above >= 0).any():
        raise RelationError("tree", f"position {int((above >= 0).argmax())} lies above itself")


def _kronecker(sizes: Sequence[int], axis: int, rows: sparse.csr_array) -> sparse.csr_array:
    """Return the relations of one axis, repeated for every combination of the others."""
    before, after = int(np.prod(sizes[:axis])), int(np.prod(sizes[axis + 1 :]))
    inner = sparse.kron(sparse.eye_array(before), rows)
    return sparse.csr_array(sparse.kron(inner, sparse.eye_array(after)))


def _stacked(blocks: list[sparse.csr_array], n_cells: int) -> sparse.csr_array:
    if not blocks:
        return sparse.csr_array((0, n_cells))
    return sparse.csr_array(sparse.vstack(blocks))
