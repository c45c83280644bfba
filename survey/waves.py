"""Waves: creating, finding, and moving them from draft to open, closed and archived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from questionnaires import (
    Codebook,
    CountParameter,
    Questionnaire,
    canonical_form,
    digest,
    fill_parameters,
)
from survey import collectors, mixer, usage
from survey.errors import SurveyError
from survey.keys import Keys
from survey.models import CollectorChoice, QuestionnaireVersion, Wave, WaveGroup
from survey.words import CollectorKind, Group, UnitKind, WaveState, name_word

MAXIMUM_NAME = 100

DEFAULT_KINDS: Mapping[Group, CollectorKind] = {
    group: CollectorKind.OPEN if group is Group.RESIDENTS else CollectorKind.SLIP for group in Group
}
"""One code a person for everyone with a headcount; residents have none, so they share an open code."""


class WaveNotFoundError(SurveyError):
    """A name that no wave has."""

    def __init__(self, name: str, existing: Sequence[str]) -> None:
        known = "、".join(existing) or "（还没有任何轮次）"
        super().__init__(f"没有名为“{name}”的调查轮次；现有：{known}")
        self.name = name
        self.existing = tuple(existing)


class WaveStateError(SurveyError):
    """A step that the wave's state does not allow."""

    def __init__(self, wave: Wave, step: str, remedy: str = "") -> None:
        state = name_word(wave.state)
        advice = f"；{remedy}" if remedy else ""
        super().__init__(f"轮次“{wave.name}”的状态是“{state}”，不能{step}{advice}")
        self.state = wave.state


class WavePlanError(SurveyError):
    """A plan of a wave that cannot be carried out."""


class UnaskedGroupError(WavePlanError):
    """A choice of collector for groups that the wave does not ask."""

    def __init__(self, groups: Iterable[Group]) -> None:
        named = "、".join(sorted(name_word(group) for group in groups))
        super().__init__(f"本轮不调查“{named}”，不用为它指定收集渠道")


@dataclass(frozen=True, kw_only=True)
class WavePlan:
    """What the office decides about a wave before it opens.

    ``kinds`` gives the groups asked and how each is reached, ``exceptions`` where a kind of unit differs from
    that; ``target`` is a share, 0 to 1, and applies to both rates of every group.
    """

    name: str
    opens_at: datetime
    closes_at: datetime
    organiser: str
    contact: str
    kinds: Mapping[Group, CollectorKind]
    parameters: Mapping[str, str] = field(default_factory=dict)
    exceptions: Mapping[tuple[UnitKind, Group], CollectorKind] = field(default_factory=dict)
    target: float = 1.0


def create_wave(session: Session, plan: WavePlan) -> Wave:
    """Add a draft wave.

    Raises WavePlanError for a name in use, a wrong period, a wrong target, slips for residents, or an
    exception for a group that is not asked.
    """
    _check_plan(session, plan)
    wave = Wave(
        name=plan.name.strip(),
        state=WaveState.DRAFT,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        organiser=plan.organiser,
        contact=plan.contact,
        parameters=dict(plan.parameters),
    )
    session.add(wave)
    session.flush()
    for group, kind in plan.kinds.items():
        session.add(
            WaveGroup(
                wave_id=wave.id,
                group=group,
                collector_kind=kind,
                target_satisfaction=plan.target,
                target_awareness=plan.target,
            )
        )
    session.flush()
    for (unit_kind, group), kind in plan.exceptions.items():
        session.add(CollectorChoice(wave_id=wave.id, group=group, unit_kind=unit_kind, collector_kind=kind))
    session.flush()
    return wave


def find_wave(session: Session, name: str) -> Wave:
    """Return the wave of this name; raise WaveNotFoundError, which lists the names there are."""
    wave = session.scalar(select(Wave).where(Wave.name == name.strip()))
    if wave is None:
        raise WaveNotFoundError(name, [known.name for known in list_waves(session)])
    return wave


def list_waves(session: Session) -> Sequence[Wave]:
    """Return all waves, the newest first."""
    return session.scalars(select(Wave).order_by(Wave.opens_at.desc(), Wave.id.desc())).all()


def list_groups(session: Session, wave: Wave) -> Sequence[WaveGroup]:
    """Return the groups asked in a wave, in the glossary's order."""
    rows = session.scalars(select(WaveGroup).where(WaveGroup.wave_id == wave.id))
    order = list(Group)
    return sorted(rows, key=lambda row: order.index(row.group))


def open_wave(session: Session, wave: Wave, definitions: Mapping[Group, Questionnaire], keys: Keys) -> int:
    """Freeze questionnaires, roster and headcounts, and let answers in; return how many collectors were made.

    The wave gets a key pair: answers that wait are sealed to it, and only ``keys`` has the private half.

    ``definitions`` has the questionnaire of each group; answers are taken from ``opens_at`` on.
    Raises WaveStateError unless the wave is a draft, WavePlanError when nobody would be asked, and
    ParameterError when a questionnaire names a local fact that the wave does not give.
    """
    _require_state(wave, WaveState.DRAFT, "开始")
    for asked in list_groups(session, wave):
        definition = definitions[asked.group]
        wave.parameters = complete_facts(definition, wave.parameters)
        filled = fill_parameters(definition, wave.parameters)
        asked.version_id = _freeze_version(session, filled).id
    session.flush()
    n_made = collectors.make_collectors(session, wave, list_groups(session, wave))
    if n_made == 0:
        raise WavePlanError("没有可调查的单位：请先用 survey units import 导入单位名册，并核对应答人数")
    wave.seal_key = keys.make_pair()
    usage.make_key(session, wave.id)
    wave.state = WaveState.OPEN
    session.flush()
    return n_made


def close_wave(session: Session, wave: Wave, now: datetime, keys: Keys) -> int:
    """End a wave for good and mix what waits; return how many answers the last mix moved.

    A wave closed before its time gets the present as its closing time. Its private key is still there after
    this, because only a committed closing may cost it: ``erasure.destroy_keys`` destroys it. Which devices
    answered is forgotten here; each unit's share of answers from shared ones stays.
    Raises KeyStoreError, and the wave stays open, when answers wait and their key is missing.
    """
    session.refresh(wave, with_for_update=True)
    _require_state(wave, WaveState.OPEN, "结束")
    n_mixed = mixer.mix_rest(session, wave, keys)
    usage.settle_devices(session, wave.id)
    wave.state = WaveState.CLOSED
    if wave.opens_at < now < wave.closes_at:
        wave.closes_at = now
    session.flush()
    return n_mixed


def archive_wave(session: Session, wave: Wave) -> None:
    """Put a closed wave away; its tables stay readable."""
    _require_state(wave, WaveState.CLOSED, "归档")
    wave.state = WaveState.ARCHIVED
    session.flush()


def delete_wave(session: Session, wave: Wave) -> None:
    """Take a draft back; raise WaveStateError for a wave that was opened, whose answers must stay."""
    _require_state(wave, WaveState.DRAFT, "删除")
    for model in (CollectorChoice, WaveGroup):
        session.execute(delete(model).where(model.wave_id == wave.id))
    session.delete(wave)
    session.flush()


def require_opened(wave: Wave, step: str) -> None:
    """Raise WaveStateError for a draft, which has no roster, no addresses and no answers yet."""
    if wave.state is WaveState.DRAFT:
        raise WaveStateError(wave, step, remedy=f"请先运行 survey wave open {wave.name}")


def list_assumptions(
    questionnaires: Iterable[Questionnaire], facts: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return the local numbers that the office has not given: code to Chinese label and example."""
    return {
        parameter.code: (parameter.label.zh, str(parameter.example))
        for questionnaire in questionnaires
        for parameter in questionnaire.parameters
        if isinstance(parameter, CountParameter) and parameter.code not in facts
    }


def complete_facts(questionnaire: Questionnaire, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the local facts with the example's figure for every number that the office did not give."""
    assumed = list_assumptions([questionnaire], facts)
    return {code: example for code, (_, example) in assumed.items()} | dict(facts)


def _check_plan(session: Session, plan: WavePlan) -> None:
    name = plan.name.strip()
    if not name or len(name) > MAXIMUM_NAME or not name.isprintable():
        raise WavePlanError(f"轮次名称“{plan.name}”应为 1 至 {MAXIMUM_NAME} 个可见字符")
    if session.scalar(select(Wave.id).where(Wave.name == name)) is not None:
        raise WavePlanError(f"已有名为“{name}”的轮次，请换一个名称")
    if plan.opens_at >= plan.closes_at:
        raise WavePlanError("结束时间应晚于开始时间")
    if not 0 < plan.target <= 1:
        raise WavePlanError(f"目标 {plan.target} 应大于 0、不大于 1（100% 写作 1）")
    if not plan.kinds:
        raise WavePlanError("至少要选择一类调查对象")
    _check_kinds(plan)


def _check_kinds(plan: WavePlan) -> None:
    chosen = [*plan.kinds.items(), *((group, kind) for (_, group), kind in plan.exceptions.items())]
    if (Group.RESIDENTS, CollectorKind.SLIP) in chosen:
        raise WavePlanError("群众没有应答人数，不能用一人一码（slip），请用公开二维码（open）")
    if unasked := {group for _, group in plan.exceptions} - set(plan.kinds):
        raise UnaskedGroupError(unasked)


def _require_state(wave: Wave, state: WaveState, step: str) -> None:
    if wave.state is not state:
        raise WaveStateError(wave, step)


def _freeze_version(session: Session, questionnaire: Questionnaire) -> QuestionnaireVersion:
    content = canonical_form(questionnaire)
    key = digest(questionnaire)
    known = session.scalar(select(QuestionnaireVersion).where(QuestionnaireVersion.digest == key))
    if known is not None:
        return known
    version = QuestionnaireVersion(digest=key, content=content, sheet_length=Codebook(questionnaire).length)
    session.add(version)
    session.flush()
    return version
