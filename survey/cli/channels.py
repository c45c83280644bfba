"""How each group is reached, as the options of ``survey wave create`` say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.errors import SurveyError
from survey.waves import DEFAULT_KINDS, UnaskedGroupError
from survey.words import ROSTER_GROUPS, CollectorKind, Group, UnitKind


class ChannelFormError(SurveyError):
    """A choice that is not written as [unit kind:]group=channel."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"--kind {text}：请写成 群体=渠道 或 单位类别:群体=渠道，例如 deputies=open、soe:soe_staff=slip；"
            f"群体：{'、'.join(Group)}；单位类别：{'、'.join(UnitKind)}；渠道：{'、'.join(CollectorKind)}"
        )
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Channels:
    """How each group is reached, and where one kind of unit differs."""

    kinds: Mapping[Group, CollectorKind]
    exceptions: Mapping[tuple[UnitKind, Group], CollectorKind]


def choose_channels(groups: Sequence[Group], collector: str | None, choices: Sequence[str]) -> Channels:
    """Return the channels of the groups asked: ``collector`` for all, or the default, then the choices.

    Residents have no headcount and keep the open code also when all are to have slips. Raises
    ChannelFormError for a choice that cannot be read, UnaskedGroupError for one of a group not asked.
    """
    kinds = {group: DEFAULT_KINDS[group] for group in groups}
    if collector is not None:
        common = dict.fromkeys(ROSTER_GROUPS, CollectorKind(collector))
        kinds |= {group: common[group] for group in groups if group in common}
    read = [_read_choice(text) for text in choices]
    if unasked := {group for _, group, _ in read} - set(groups):
        raise UnaskedGroupError(unasked)
    kinds |= {group: kind for unit_kind, group, kind in read if unit_kind is None}
    exceptions = {(unit_kind, group): kind for unit_kind, group, kind in read if unit_kind is not None}
    return Channels(kinds=kinds, exceptions=exceptions)


def _read_choice(text: str) -> tuple[UnitKind | None, Group, CollectorKind]:
    place, _, kind = text.partition("=")
    unit_kind, sign, group = place.rpartition(":")
    try:
        return (UnitKind(unit_kind) if sign else None), Group(group), CollectorKind(kind)
    except ValueError as error:
        raise ChannelFormError(text) from error
