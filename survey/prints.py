"""Print runs: codes drawn, sealed and put on paper by several processes, and only then made valid.

The plain codes exist in the process that draws them and in the file it writes, which its owner alone may
read. A file takes its name after the database has taken the slips in: whatever fails before leaves the
older slips valid and no new file behind.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from survey.db import Database
from survey.errors import SurveyError
from survey.events import Deed
from survey.filenames import name_file
from survey.slipcodes import SealedCodes, draw_selectors, make_codes, seal_codes
from survey.slips import SlipOrder, StaleOrderError, issue_slips, read_taken, renew_order
from survey.slipsheets import SlipSheet, draw_slips

SMALL_RUN: Final = 300
"""Slips that one process draws before others would have started."""

_ATTEMPTS: Final = 5
_LONGEST_UNIT: Final = 36


class PrintError(SurveyError):
    """A print run that could not be finished; ``n_done`` files are valid, all other slips as before."""

    def __init__(self, reason: str, n_done: int) -> None:
        super().__init__(
            f"没有全部印成：{reason}。已印成 {n_done} 个文件（有效），其余卡片没有变动；"
            "处理后请用 --unit 补印其余单位"
        )
        self.n_done = n_done


@dataclass(frozen=True, kw_only=True)
class PrintJob:
    """The slips of one collector on their way to a file: what they say, and the selectors of their codes.

    ``draft`` is where the file is drawn, ``path`` where it goes once its slips are valid.
    """

    order: SlipOrder
    sheet: SlipSheet
    selectors: tuple[str, ...]
    draft: Path
    path: Path


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What comes back from drawing: the sealed codes and remarks on missing characters, no plain code."""

    sealed: Sequence[SealedCodes]
    remarks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Printed:
    """The files of a print run, how many slips they hold, and what its owner should know about them."""

    paths: tuple[Path, ...]
    n_slips: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PrintRun:
    """What is to be printed: the orders, what each one's slips say, into which folder, and for whom and why."""

    orders: Sequence[SlipOrder]
    make_sheet: Callable[[SlipOrder], SlipSheet]
    directory: Path
    deed: Deed


def print_slips(
    database: Database, run: PrintRun, after_file: Callable[[int], None] = lambda _: None
) -> Printed:
    """Print new slips for every order of a run, a file for each collector, the largest first.

    ``after_file`` is told how many slips each finished file holds. An order that needs no slip makes no file.
    Raises PrintError for a file that cannot be written and for slips that keep changing while they are
    drawn; each file is wholly done or not at all.
    """
    done: list[tuple[PrintJob, Drawn]] = []
    try:
        run.directory.mkdir(parents=True, exist_ok=True)
        # Its owner alone may enter this folder, and it goes with everything in it when the run ends.
        with TemporaryDirectory(prefix=".slips-", dir=run.directory) as drafts:
            jobs = _make_jobs(run, Path(drafts))
            for job, drawn in _draw_jobs(_choose_selectors(database, jobs)):
                done.append((job, _issue_job(database, job, drawn, run.deed)))
                job.draft.replace(job.path)
                after_file(len(done[-1][1].sealed))
    except (OSError, StaleOrderError) as error:
        raise PrintError(_explain(error), len(done)) from error
    return _sum_up(done)


def draw_job(job: PrintJob) -> Drawn:
    """Make the codes of a job, write its sheets to the draft, and return the sealed codes."""
    codes = [make_codes(selector) for selector in job.selectors]
    descriptor = os.open(job.draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        draw_slips(job.sheet, codes, file)
    remarks = dict.fromkeys(str(warning.message) for warning in caught)
    return Drawn(sealed=[seal_codes(pair) for pair in codes], remarks=tuple(remarks))


def _make_jobs(run: PrintRun, drafts: Path) -> list[PrintJob]:
    jobs: list[PrintJob] = []
    # The largest first, so that no process idles at the end.
    for order in sorted(run.orders, key=lambda order: -order.n_new):
        sheet = run.make_sheet(order)
        path = run.directory / name_file(_name_sheets(order, sheet), [job.path for job in jobs])
        jobs.append(
            PrintJob(order=order, sheet=sheet, selectors=(), draft=drafts / f"{len(jobs)}.pdf", path=path)
        )
    return [job for job in jobs if job.order.n_new]


def _name_sheets(order: SlipOrder, sheet: SlipSheet) -> str:
    # What replaces single slips stands beside the file with the others, which are still valid.
    ending = "" if order.spoiled is None else f"-换发{order.run}"
    return f"{sheet.unit_code}-{sheet.unit}"[:_LONGEST_UNIT] + f"-{sheet.group}{ending}"


def _choose_selectors(database: Database, jobs: Sequence[PrintJob]) -> list[PrintJob]:
    with database.read() as session:
        taken = read_taken(session)
    n_slips = sum(job.order.n_new for job in jobs)
    selectors = draw_selectors(n_slips, taken)
    return [replace(job, selectors=tuple(next(selectors) for _ in range(job.order.n_new))) for job in jobs]


def _draw_jobs(jobs: Sequence[PrintJob]) -> Iterator[tuple[PrintJob, Drawn]]:
    if len(jobs) == 1 or sum(len(job.selectors) for job in jobs) <= SMALL_RUN:
        yield from ((job, draw_job(job)) for job in jobs)
        return
    # Fresh interpreters, because a fork would take the database's connections with it.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        try:
            yield from zip(jobs, pool.map(draw_job, jobs), strict=True)
        finally:
            pool.shutdown(cancel_futures=True)


def _issue_job(database: Database, job: PrintJob, drawn: Drawn, deed: Deed) -> Drawn:
    """Make the slips of a job valid; draw them anew while others are used or printed in between."""
    for _ in range(_ATTEMPTS):
        try:
            with database.write() as session:
                issue_slips(session, job.order, drawn.sealed, deed)
        except StaleOrderError:
            job = _renew_job(database, job)
            drawn = draw_job(job)
        else:
            return drawn
    raise StaleOrderError


def _renew_job(database: Database, job: PrintJob) -> PrintJob:
    with database.read() as session:
        renewed = replace(job, order=renew_order(session, job.order))
    (chosen,) = _choose_selectors(database, [renewed])
    return chosen


def _sum_up(done: Sequence[tuple[PrintJob, Drawn]]) -> Printed:
    remarks = dict.fromkeys(remark for _, drawn in done for remark in drawn.remarks)
    return Printed(
        paths=tuple(job.path for job, _ in done),
        n_slips=sum(len(drawn.sealed) for _, drawn in done),
        remarks=tuple(remarks),
    )


def _explain(error: OSError | StaleOrderError) -> str:
    if isinstance(error, StaleOrderError):
        return "打印期间卡片一直在被使用或另有人在打印，请稍后再试"
    return f"写不了“{error.filename}”（{error.strerror}）" if error.filename else str(error)
