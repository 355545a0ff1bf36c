"""Crossing: joining on another platform, from the page of an invite there and back.

    /join/<code> ─> the platform's own page ─> /<platform>/back ─> the ring ─> /<platform>/in
     name, yes       “may we let you in?”         who they are       join        the way in

Whatever goes wrong ends on the last page, in words that say what to do. Nothing of what the
platform sent stays in the address of a page.
"""

from collections.abc import Sequence
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.actions import platform_of
from bot.platforms import Arrival, Astray, Passage, Progress, Status, Traveller, Way
from bot.safety import consent
from bot.store import groups, outbox
from bot.store.groups import Group
from bot.web import invitation, ring, way_in
from bot.web.visit import Visit, go

LOOKS, LOOK_SECONDS = 16, 0.25
PATIENCE = timedelta(minutes=1)


async def ways(visit: Visit, group: Group) -> Sequence[Passage]:
    """Return the passages to platforms on which a group has a room."""
    async with visit.site.db.read() as db:
        rooms = await groups.rooms(db, group.id, groups.GROUP)
    open_now = {platform_of(room) for room in rooms}
    return [passage for passage in visit.site.passages if passage.name in open_now]


async def leave(visit: Visit, passage: Passage) -> str:
    """Return where somebody goes who gave a name and agreed."""
    traveller = Traveller(
        code=visit.part("code"),
        name=visit.field("name"),
        consent=consent.version(visit.site.settings),
    )
    back_here = f"{visit.site.web.address}/{passage.name}/back"
    return await passage.leave(visit.token, traveller, back_here)


def _passage(visit: Visit) -> Passage:
    """Return the passage that a page belongs to; there is no page if there is no such passage."""
    for passage in visit.site.passages:
        if passage.name == visit.part("platform"):
            return passage
    raise HTTPException(404)


async def back(visit: Visit) -> Response:
    """Take somebody in who comes back from the platform with a proof of who they are there."""
    passage = _passage(visit)
    await invitation.pause(visit)
    try:
        arrival = await passage.arrive(visit.token, visit.request.query_params)
    except Astray as astray:
        if astray.traveller is not None and astray.why != "again":
            code = astray.traveller.code
            await passage.keep(visit.token, Progress(at=visit.now, stage=astray.why, code=code))
    else:
        progress = await _join(visit, arrival)
        if not progress.entries:
            await passage.done(arrival.who)
        await passage.keep(visit.token, progress)
    return go(f"/{passage.name}/in")


async def _join(visit: Visit, arrival: Arrival) -> Progress:
    """Let somebody join by the ring, as they are known on the platform."""
    traveller, who = arrival.traveller, arrival.who
    if not await _is_open(visit, traveller):
        return await _closed(visit)
    if traveller.consent != consent.version(visit.site.settings):
        return Progress(at=visit.now, stage="late", code=traveller.code)
    answers = {"name": traveller.name, "consent": "yes"}
    command = ring.command(visit, who, who, ring.Asked("join", traveller.code, answers))
    outcome = await visit.site.receive(command)
    if outcome.ok:
        entries = ring.entries(command, outcome)
        if entries:
            return Progress(at=visit.now, stage="in", who=who, entries=entries)
        return await _again(visit, arrival)
    if not await _is_open(visit, traveller):
        return await _closed(visit)
    stage = "failed" if outcome.status is Status.FAILED else "asked"
    words = ring.words(outcome)
    return Progress(at=visit.now, stage=stage, code=traveller.code, problem=words)


async def _is_open(visit: Visit, traveller: Traveller) -> bool:
    async with visit.site.db.read() as db:
        return await invitation.invited(visit, db, traveller.code) is not None


async def _closed(visit: Visit) -> Progress:
    await invitation.count(visit)
    return Progress(at=visit.now, stage="closed")


async def _again(visit: Visit, arrival: Arrival) -> Progress:
    """Open the rooms once more to somebody who is in the group already."""
    command = ring.command(visit, arrival.who, arrival.who, ring.Asked("rooms"))
    entries = ring.entries(command, await visit.site.receive(command))
    return Progress(at=visit.now, stage="already", who=arrival.who, entries=entries)


async def inside(visit: Visit) -> Response:
    """Show how far somebody is who came back, and the way into their rooms once it is open."""
    passage = _passage(visit)
    progress = await passage.kept(visit.token)
    if progress is None:
        return way_in.lost(visit, passage)
    if progress.stage == "closed":
        return invitation.neutral(visit)
    patient = visit.now < progress.at + PATIENCE
    if not progress.entries:
        return way_in.told(visit, passage, progress, patient=patient)
    return await _entered(visit, passage, progress, patient=patient)


async def _entered(
    visit: Visit, passage: Passage, progress: Progress, *, patient: bool
) -> Response:
    """Wait a little for the rooms to open, and show the way into each."""
    for _ in range(LOOKS):
        waits, found = await _open(visit, passage, progress)
        if not waits:
            break
        await visit.site.web.clock.sleep(LOOK_SECONDS)
    if waits and (patient or not found):
        return way_in.opening(visit, passage, patient=patient)
    return way_in.shown(visit, passage, found, missing=len(progress.entries) - len(found))


async def _open(
    visit: Visit, passage: Passage, progress: Progress
) -> tuple[int, list[tuple[str, Way]]]:
    """Return how many rooms are still to be opened, and the ways into those that are open.

    What the platform was asked for is given back once there is no more to do.
    """
    async with visit.site.db.read() as db:
        rows = [(entry, await outbox.by_key(db, entry.key)) for entry in progress.entries]
    states, waits, found = [], 0, []
    for entry, row in rows:
        state, link = (row.state, row.link) if row else (outbox.DEAD, "")
        way = await passage.way(progress.who, entry.room, link)
        if state == outbox.SENT or (state == outbox.READY and way.once):
            found.append((entry.what, way))
        else:
            waits += state == outbox.READY
        states.append(state)
    if outbox.READY not in states:
        await passage.done(progress.who)
    return waits, found
