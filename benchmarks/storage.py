"""Weigh answers kept as sheets against the same answers kept as JSON and as one row an answer, in SQLite.

Run from the project's folder: ``python benchmarks/storage.py [--answers 1000000]``. Ours is the platform's own
table with its keys and constraints; the peers are the plainest tables that could hold the same.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable
from timing import print_figure, time_best

from questionnaires import (
    Codebook,
    Questionnaire,
    builtin_definition,
    example_values,
    fill_parameters,
    tally_sheets,
)
from survey.db import Database
from survey.models import Response
from survey.models.base import table_of

N_UNITS = 200
_CREATE = {
    "JSON": "CREATE TABLE answers (id BLOB PRIMARY KEY, unit INTEGER, content TEXT) WITHOUT ROWID",
    "row an answer": (
        "CREATE TABLE answers (id BLOB, unit INTEGER, item TEXT, option TEXT, PRIMARY KEY (id, item)) WITHOUT ROWID"
    ),
}


def main() -> None:
    """Print the size of each table and the time of counting every option of every unit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=100_000)
    n_answers: int = parser.parse_args().answers
    questionnaire = builtin_definition("village_cadres")
    questionnaire = fill_parameters(questionnaire, example_values(questionnaire))
    answers = _draw_answers(questionnaire, n_answers)
    with tempfile.TemporaryDirectory() as folder:
        ours = _keep_sheets(Path(folder) / "ours.db", questionnaire, answers)
        sizes = {name: _keep_plainly(Path(folder) / f"{name}.db", name, answers) for name in _CREATE}
        for name, size in sizes.items():
            print(
                f"size: {ours / size:.2f} of {name}; {ours / n_answers:.0f} against {size / n_answers:.0f} bytes each"
            )
        counting = time_best(lambda: _count_sheets(Path(folder) / "ours.db", questionnaire), repeats=2)
        json_counting = time_best(lambda: _count_json(Path(folder) / "JSON.db"), repeats=2)
    print_figure(f"counting unit x item x option of {n_answers} answers", counting, "JSON", json_counting)


def _draw_answers(questionnaire: Questionnaire, n_answers: int) -> list[tuple[int, dict[str, str]]]:
    random = Random(20261123)  # noqa: S311 - A simulation, not a secret.
    options = {item.code: [option.code for option in item.options] for item in questionnaire.choice_items}
    return [
        (random.randrange(N_UNITS), {item: random.choice(codes) for item, codes in options.items()})
        for _ in range(n_answers)
    ]


def _keep_sheets(path: Path, questionnaire: Questionnaire, answers: list[tuple[int, dict[str, str]]]) -> int:
    codebook = Codebook(questionnaire)
    sheets = (codebook.encode({item: (option,) for item, option in chosen.items()}) for _, chosen in answers)
    rows = [
        (unit, secrets.token_bytes(16), 1, codebook.length, sheet)
        for (unit, _), sheet in zip(answers, sheets, strict=True)
    ]
    # By sqlite3 itself, which checks no references: the rows' collectors and versions are beside the point.
    connection = sqlite3.connect(path)
    connection.execute(str(CreateTable(table_of(Response)).compile(dialect=sqlite.dialect())))
    connection.executemany("INSERT INTO responses VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path.stat().st_size


def _keep_plainly(path: Path, name: str, answers: list[tuple[int, dict[str, str]]]) -> int:
    connection = sqlite3.connect(path)
    connection.execute(_CREATE[name])
    for unit, chosen in answers:
        key = secrets.token_bytes(16)
        if name == "JSON":
            connection.execute("INSERT INTO answers VALUES (?, ?, ?)", (key, unit, json.dumps(chosen)))
        else:
            rows = [(key, unit, item, option) for item, option in chosen.items()]
            connection.executemany("INSERT INTO answers VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path.stat().st_size


def _count_sheets(path: Path, questionnaire: Questionnaire) -> None:
    database = Database(f"sqlite:///{path}")
    sheets: dict[int, list[str]] = {}
    with database.read() as session:
        for unit, sheet in session.execute(select(Response.collector_id, Response.sheet)):
            sheets.setdefault(unit, []).append(sheet)
    for some in sheets.values():
        tally_sheets(questionnaire, some)
    database.close()


def _count_json(path: Path) -> None:
    connection = sqlite3.connect(path)
    counts: Counter[tuple[int, str, str]] = Counter()
    for unit, content in connection.execute("SELECT unit, content FROM answers"):
        counts.update((unit, item, option) for item, option in json.loads(content).items())
    connection.close()


if __name__ == "__main__":
    main()
