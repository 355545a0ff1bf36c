"""Doors: how somebody comes in, by an invite or by a link of their own, and how they go out."""

from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot import text
from bot.actions import Address
from bot.platforms.web import sessions
from bot.safety import consent, names
from bot.store import invites, links, people
from bot.store.db import vault_of
from bot.store.groups import Group
from bot.web import crossing, ring
from bot.web.headers import POLICY, csp
from bot.web.invitation import invited, neutral, pause, turned_away
from bot.web.visit import Visit, go

TICK = "To join, please read the text and tick the box."


async def home(visit: Visit) -> Response:
    """Show a page that says nothing about whose it is; members go on to their chat."""
    if visit.viewer and visit.viewer.places:
        return go("/chat")
    return visit.page("home.html")


async def typed(visit: Visit) -> Response:
    """Take a code that was typed to the page of its link."""
    code = invites.tidy(visit.field("code"))
    return go(f"/join/{quote(code)}" if code else "/")


async def join(visit: Visit) -> Response:
    """Show what the group is and what joining means, to somebody whose code opens the door."""
    slowed = await pause(visit)
    async with visit.site.db.read() as db:
        found = await invited(visit, db, visit.part("code"))
    if found is None:
        return await turned_away(visit, slowed=slowed)
    if visit.address is None:
        # Kept before anybody joins, so that a form sent twice is the same person twice.
        async with visit.site.db.write() as db:
            await sessions.start(db, visit.token, sessions.new_address(), visit.now)
    return await _form(visit, found[1])


async def _form(visit: Visit, group: Group, error: str = "") -> Response:
    ways = await crossing.ways(visit, group)
    response = visit.page(
        "join.html",
        422 if error else 200,
        group={"title": group.title, "about": ""},
        code=visit.part("code"),
        elsewhere=_elsewhere(visit),
        ways=ways,
        consent_html=text.html(consent.text(visit.site.settings)),
        consent_version=consent.version(visit.site.settings),
        name=visit.field("name"),
        agreed=visit.field("consent") == "yes",
        error=error,
    )
    response.headers[POLICY] = csp(*(way.page for way in ways))
    return response


def _elsewhere(visit: Visit) -> dict[str, str]:
    """Return the link by which this code is used on each other platform that has a door."""
    code = invites.shown(invites.tidy(visit.part("code")))
    doors = visit.site.doors().items()
    return {name.capitalize(): door.format(code=code) for name, door in doors if door}


async def joined(visit: Visit) -> Response:
    """Let somebody in who gave a name and agreed."""
    if visit.address is None:
        return go(f"/join/{quote(visit.part('code'))}")
    slowed = await pause(visit)
    if visit.field("where"):
        return await _sent_on(visit, slowed=slowed)
    answers = {"name": visit.field("name"), "consent": visit.field("consent")}
    asked = ring.Asked("join", visit.part("code"), answers)
    outcome = await ring.give(visit, visit.address, visit.address, asked)
    async with visit.site.db.read() as db:
        found = await invited(visit, db, visit.part("code"))
        inside = await _is_inside(db, visit.address)
    if outcome.ok and inside:
        await _let_in(visit, visit.address)
        return go("/chat")
    if found is None:
        return await turned_away(visit, slowed=slowed)
    error = TICK if answers["consent"] != "yes" else ring.words(outcome) or TICK
    return await _form(visit, found[1], error)


async def _sent_on(visit: Visit, *, slowed: bool) -> Response:
    """Send somebody who gave a name and agreed on to the platform on which they want to join."""
    async with visit.site.db.read() as db:
        found = await invited(visit, db, visit.part("code"))
    if found is None:
        return await turned_away(visit, slowed=slowed)
    invite, group = found
    ways = await crossing.ways(visit, group)
    passage = next((way for way in ways if way.name == visit.field("where")), None)
    staff = people.Role(invite.role).is_staff
    problem = names.problem(names.tidy(visit.field("name")), group.country, staff=staff)
    if visit.field("consent") != "yes":
        problem = TICK
    if passage is None or problem:
        return await _form(visit, group, problem)
    return go(await crossing.leave(visit, passage))


async def _is_inside(db: AsyncSession, address: Address) -> bool:
    person = await people.find(db, address)
    return person is not None and bool(await people.memberships(db, person.id))


async def _let_in(visit: Visit, address: Address) -> None:
    """Sign the browser in under a fresh token."""
    async with visit.site.db.write() as db:
        visit.token = await sessions.renew(db, visit.token, address, visit.now)


async def link(visit: Visit) -> Response:
    """Show whose link this is; looking does not use it up, so a crawler cannot."""
    token = visit.part("token")
    async with visit.site.db.read() as db:
        found = await links.find(db, token, visit.now)
        if found is None:
            return _again(visit, await _spent(visit, db, token))
        address = Address(vault_of(db).open("address", found.address))
        person = await people.find(db, address)
        name = people.name_of(db, person) if person else ""
    return visit.page("link.html", who=name, token=token)


async def opened(visit: Visit) -> Response:
    """Use a link up: sign its person in and go to its page."""
    token = visit.part("token")
    async with visit.site.db.write() as db:
        used = await links.use(db, token, visit.now)
        spent = await _spent(visit, db, token)
    if used is None and spent and visit.address:
        used = visit.address, spent
    if used is None:
        return neutral(visit)
    address, page = used
    await _let_in(visit, address)
    return go(_local(page))


def _again(visit: Visit, spent: str | None) -> Response:
    return go(_local(spent)) if spent else neutral(visit)


async def _spent(visit: Visit, db: AsyncSession, token: str) -> str | None:
    """Return the page of a link that this very person has used here before."""
    row = await db.get(links.Link, vault_of(db).lookup("link", token[:100]))
    if row is None or row.used_at is None or visit.viewer is None:
        return None
    return row.page if vault_of(db).open("address", row.address) == visit.address else None


def _local(page: str) -> str:
    """Return a path of this site: a link never leads to another one."""
    return page if page.startswith("/") and not page.startswith(("//", "/\\")) else "/chat"


async def leave(visit: Visit) -> Response:
    """Sign this browser out, its open pages too."""
    async with visit.site.db.write() as db:
        await sessions.end(db, visit.token)
    visit.site.web.hub.tell((), [visit.viewer.lookup] if visit.viewer else [])
    visit.token = ""
    return go("/")
