"""Slips: one code a person. Finding the one that somebody holds, issuing, voiding and counting them.

A collector of slips has exactly as many unused and used slips together as it has people: whatever voids
slips issues as many new ones in the same transaction, and the table's places let no more in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Row, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.collectors import CollectorLine, list_collectors
from survey.db import Database
from survey.errors import SurveyError
from survey.events import Deed, record_event
from survey.models import Collector, Slip, Wave
from survey.models.base import table_of
from survey.slipcodes import SealedCodes, digest_scanned, is_secret, read_scanned, read_typed
from survey.words import CollectorKind, Group, SlipState, WaveState, name_word

KEPT_AFTER_CLOSING = timedelta(days=30)
"""How long slips are kept after their wave has closed, to explain a complaint."""

_CHOOSER = secrets.SystemRandom()


class StaleOrderError(Exception):
    """Slips that were used or changed while new ones were being drawn; nothing was changed, draw again."""


class NoSlipsError(SurveyError):
    """An order for slips that no collector of the wave, or of some unit named, fits."""

    def __init__(self, wave: str, strangers: Sequence[str] = ()) -> None:
        whose = f"单位 {'、'.join(strangers)}" if strangers else "任何单位"
        super().__init__(
            f"轮次“{wave}”里{whose}没有符合条件的一人一码群体；"
            f"请核对单位编号和群体（survey collectors {wave} 列出全部收集渠道）"
        )
        self.strangers = tuple(strangers)


class SlipOrderError(SurveyError):
    """Slips for a wave that takes no answers, or a slip that cannot be voided."""


@dataclass(frozen=True, kw_only=True)
class HeldSlip:
    """An unused slip of a wave that takes answers: its digest and the collector it opens."""

    digest: bytes
    collector_id: int


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a code led to: a slip to answer with, if it is held, and the collector that it comes near.

    ``collector_id`` is None where the code comes near none. It is for counting wrong codes, not for showing.
    """

    held: HeldSlip | None
    collector_id: int | None


@dataclass(frozen=True, kw_only=True)
class SlipOrder:
    """The slips of one collector as they are now, and how many new ones are to be drawn.

    ``spoiled`` are the digests to void; None voids all that are unused. ``run`` numbers the new print run.
    """

    wave: str
    line: CollectorLine
    n_used: int
    n_unused: int
    run: int
    spoiled: frozenset[bytes] | None = None

    @property
    def n_new(self) -> int:
        """How many slips to draw, so that every person who has not answered has one."""
        n_kept = 0 if self.spoiled is None else self.n_unused - len(self.spoiled)
        return (self.line.headcount or 0) - self.n_used - n_kept

    @property
    def n_voided(self) -> int:
        """How many unused slips the order voids."""
        return self.n_unused if self.spoiled is None else len(self.spoiled)


_SLIPS = table_of(Slip)
# One statement for every kind of slip, so that the time it takes tells nothing about which kind was asked for.
_FIND = (
    select(
        _SLIPS.c.scan_digest,
        _SLIPS.c.collector_id,
        _SLIPS.c.verifier,
        (
            (_SLIPS.c.state == SlipState.UNUSED)
            & (Wave.state == WaveState.OPEN)
            & (Wave.closes_at > bindparam("now"))
        ).label("is_live"),
    )
    .join(Collector, Collector.id == _SLIPS.c.collector_id)
    .join(Wave, Wave.id == Collector.wave_id)
)
_FIND_SCANNED = _FIND.where(_SLIPS.c.scan_digest == bindparam("digest"))
_FIND_TYPED = _FIND.where(_SLIPS.c.selector == bindparam("selector"))


def find_slip(session: Session, text: str, now: datetime) -> HeldSlip | None:
    """Return the slip whose scanned or typed code this is; None for every code that lets nobody answer.

    Unknown, used, voided, damaged and another wave's codes are all None, after the same work.
    """
    return look_up(session, text, now).held


def look_up(session: Session, text: str, now: datetime) -> Finding:
    """Return what a scanned or typed code leads to, as ``find_slip`` does."""
    scanned = read_scanned(text)
    if scanned is not None:
        found = session.execute(_FIND_SCANNED, {"digest": digest_scanned(scanned), "now": now}).one_or_none()
        return _describe_finding(found, is_proven=found is not None)
    typed = read_typed(text)
    found = session.execute(_FIND_TYPED, {"selector": typed.selector, "now": now}).one_or_none()
    return _describe_finding(found, is_proven=is_secret(found.verifier if found else None, typed.secret))


def list_orders(
    session: Session, wave: Wave, *, unit_codes: Sequence[str] = (), group: Group | None = None
) -> list[SlipOrder]:
    """Return an order for a new print run of every collector of slips, or of those named.

    Raises SlipOrderError unless the wave is open, and NoSlipsError when no collector fits, or none of a unit
    that was named.
    """
    if wave.state is not WaveState.OPEN:
        state = name_word(wave.state)
        raise SlipOrderError(f"轮次“{wave.name}”的状态是“{state}”，只有进行中的轮次才能打印答题卡片")
    counts = _count_states(session, wave)
    orders = [
        _make_order(wave, line, counts)
        for line in list_collectors(session, wave)
        if line.collector is CollectorKind.SLIP
        and (not unit_codes or line.unit_code in unit_codes)
        and group in (None, line.group)
    ]
    strangers = sorted(set(unit_codes).difference(order.line.unit_code for order in orders))
    if strangers or not orders:
        raise NoSlipsError(wave.name, strangers)
    return orders


def renew_order(session: Session, order: SlipOrder) -> SlipOrder:
    """Return an order as it would be made now; slips to void that were used meanwhile are left out."""
    wave = session.get_one(Wave, session.get_one(Collector, order.line.collector_id).wave_id)
    renewed = _make_order(wave, order.line, _count_states(session, wave))
    if order.spoiled is None:
        return renewed
    is_spoiled = Slip.scan_digest.in_(order.spoiled) & (Slip.state == SlipState.UNUSED)
    return replace(renewed, spoiled=frozenset(session.scalars(select(Slip.scan_digest).where(is_spoiled))))


def find_spoiled(session: Session, wave: Wave, text: str, now: datetime) -> HeldSlip:
    """Return the slip of a wave whose typed code this is, to be voided; raise SlipOrderError for no such."""
    held = find_slip(session, text, now)
    if held is None or session.get_one(Collector, held.collector_id).wave_id != wave.id:
        raise SlipOrderError(
            "这个编码不能作废：可能输错了，已经用过，已经作废，或者不是本轮的卡片；请对照卡片再输一次"
        )
    return held


def read_taken(session: Session) -> set[str]:
    """Return the selectors that slips have already."""
    return set(session.scalars(select(Slip.selector)))


def issue_slips(session: Session, order: SlipOrder, sealed: Sequence[SealedCodes], deed: Deed) -> None:
    """Void what an order voids and add the slips drawn for it, so that every person has exactly one.

    Raises StaleOrderError, and changes nothing, when slips were used or changed since the order was made.
    """
    n_voided = _void_slips(session, order)
    places = _find_free_places(session, order)
    if n_voided != order.n_voided or len(places) != len(sealed):
        raise StaleOrderError
    rows = [_make_row(order, *pair) for pair in zip(places, sealed, strict=True)]
    try:
        if rows:
            session.execute(insert(_SLIPS), rows)
    except IntegrityError as error:
        raise StaleOrderError from error
    record_event(session, deed, action=_name_action(order), subject=_describe_order(order))


def destroy_old(database: Database, now: datetime) -> int:
    """Destroy the slips of waves that closed more than 30 days ago; return how many there were."""
    is_old = (Wave.state.in_([WaveState.CLOSED, WaveState.ARCHIVED])) & (
        Wave.closes_at < now - KEPT_AFTER_CLOSING
    )
    old = select(Collector.id).join(Wave, Wave.id == Collector.wave_id).where(is_old)
    with database.read() as session:
        is_any = session.scalar(select(exists().where(Slip.collector_id.in_(old))))
    if not is_any:
        return 0
    with database.write() as session:
        destroyed = session.connection().execute(delete(_SLIPS).where(_SLIPS.c.collector_id.in_(old)))
        return destroyed.rowcount


def _describe_finding(found: Row[bytes, int, str, bool] | None, *, is_proven: bool) -> Finding:
    if found is None:
        return Finding(held=None, collector_id=None)
    held = HeldSlip(digest=found.scan_digest, collector_id=found.collector_id)
    return Finding(held=held if is_proven and found.is_live else None, collector_id=found.collector_id)


def _count_states(session: Session, wave: Wave) -> dict[tuple[int, SlipState], tuple[int, int]]:
    statement = (
        select(Slip.collector_id, Slip.state, func.count(), func.max(Slip.run))
        .join(Collector, Collector.id == Slip.collector_id)
        .where(Collector.wave_id == wave.id)
        .group_by(Slip.collector_id, Slip.state)
    )
    return {(collector_id, state): (n, run) for collector_id, state, n, run in session.execute(statement)}


def _make_order(
    wave: Wave, line: CollectorLine, counts: Mapping[tuple[int, SlipState], tuple[int, int]]
) -> SlipOrder:
    mine = {state: counts.get((line.collector_id, state), (0, 0)) for state in SlipState}
    return SlipOrder(
        wave=wave.name,
        line=line,
        n_used=mine[SlipState.USED][0],
        n_unused=mine[SlipState.UNUSED][0],
        run=max(run for _, run in mine.values()) + 1,
    )


def _void_slips(session: Session, order: SlipOrder) -> int:
    voiding = update(_SLIPS).where(
        _SLIPS.c.collector_id == order.line.collector_id, _SLIPS.c.state == SlipState.UNUSED
    )
    if order.spoiled is not None:
        voiding = voiding.where(_SLIPS.c.scan_digest.in_(order.spoiled))
    voided = session.connection().execute(voiding.values(state=SlipState.VOID, place=None))
    return voided.rowcount


def _find_free_places(session: Session, order: SlipOrder) -> list[int]:
    """Return the places that no slip holds, in random order, so that a place tells nothing about its paper."""
    held = session.scalars(
        select(Slip.place).where(Slip.collector_id == order.line.collector_id, Slip.place.is_not(None))
    )
    free = sorted(set(range(1, (order.line.headcount or 0) + 1)).difference(held))
    _CHOOSER.shuffle(free)
    return free


def _make_row(order: SlipOrder, place: int, sealed: SealedCodes) -> dict[str, object]:
    return {
        "scan_digest": sealed.scan_digest,
        "collector_id": order.line.collector_id,
        "headcount": order.line.headcount,
        "place": place,
        "selector": sealed.selector,
        "verifier": sealed.verifier,
        "state": SlipState.UNUSED,
        "run": order.run,
    }


def _name_action(order: SlipOrder) -> str:
    if order.spoiled is not None:
        return "slips.void"
    return "slips.reissue" if order.n_unused or order.n_used else "slips.print"


def _describe_order(order: SlipOrder) -> str:
    line = order.line
    return f"{order.wave} {line.unit_code} {line.group.value}：作废 {order.n_voided}，新印 {order.n_new}"
