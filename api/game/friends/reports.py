"""Use cases of reports on friends: an admin of an organisation sees those on members, and says what they found."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from api.accounts.organisations.organisation import Membership, Organisations
from api.game.fairplay.schemas import MOST_NOTE
from api.game.friends.errors import FriendReportNotFoundError
from api.game.friends.friendship import FriendReport, Friendships, Reason
from api.wire import Clock, Instant, Wire, instant


class ReportCase(Wire, frozen=True, kw_only=True):
    """A report on a member.

    Attributes:
        reported: the member's id. Who reported them is shown to nobody; the two have no contact any more.
        outcome: "" while nobody has looked at it, else what `settled_by` found at `settled_at`.
    """

    id: str
    reported: str
    reason: Reason
    at: Instant
    outcome: Literal["", "upheld", "dismissed"]
    settled_by: str
    settled_at: Instant | None
    note: str


class ReportCases(Wire, frozen=True, kw_only=True):
    """Reports on the members of a page, by member, the newest first."""

    items: tuple[ReportCase, ...]
    next_cursor: str | None


class ReportSettlement(Wire, frozen=True, kw_only=True):
    """What an admin found, and what was done: the note stays with the report."""

    outcome: Literal["upheld", "dismissed"]
    note: Annotated[str, msgspec.Meta(max_length=MOST_NOTE, examples=["We talked to both."])] = ""


class ReportService:
    """Reports as admins see them."""

    def __init__(self, friendships: Friendships, organisations: Organisations, clock: Clock) -> None:
        self._friendships = friendships
        self._organisations = organisations
        self._clock = clock

    async def on_member(self, membership: Membership, viewer: str) -> list[ReportCase]:
        """Reports on a member, the newest first, without those on or by whoever looks."""
        found = await self._friendships.reports_on(membership.learner_id)
        others = [report for report in found if viewer not in (report.reported, report.reporter)]
        return [case_of(report) for report in sorted(others, key=lambda one: (-one.at, one.id))]

    async def settle(self, organisation_id: str, report_id: str, by: str, settlement: ReportSettlement) -> ReportCase:
        """Say what was found. Said again, the last word holds. Nobody settles a report on or by themself.

        Raises:
            FriendReportNotFoundError: there is no such report on another member.
            VersionClashError: somebody else settled it meanwhile.
        """
        found = await self._friendships.report_of(report_id)
        member = found and await self._organisations.membership(organisation_id, found[0].reported)
        if found is None or member is None or by in (found[0].reported, found[0].reporter):
            raise FriendReportNotFoundError(f"there is no report {report_id} on another member of this organisation")
        kept = settled(found[0], by, self._clock(), settlement)
        await self._friendships.settle(kept, found[1])
        return case_of(kept)


def settled(report: FriendReport, by: str, now: int, settlement: ReportSettlement) -> FriendReport:
    """A report with what somebody found of it at a time (ms)."""
    return msgspec.structs.replace(
        report, outcome=settlement.outcome, settled_by=by, settled_at=now, note=settlement.note
    )


def case_of(report: FriendReport) -> ReportCase:
    """A report on the wire."""
    return ReportCase(
        id=report.id,
        reported=report.reported,
        reason=report.reason,
        at=instant(report.at),
        outcome=report.outcome,
        settled_by=report.settled_by,
        settled_at=instant(report.settled_at) if report.settled_at else None,
        note=report.note,
    )
