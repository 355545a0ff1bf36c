"""Doors: how somebody comes in, by an invite or by a link of their own, and how they go out."""

from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot import text
from bot.actions import Address
from bot.platforms.web import sessions
from bot.safety import consent
from bot.store import invites, links, people
from bot.store.db import vault_of
from bot.store.groups import Group
from bot.store.invites import Invite
from bot.web import ring
from bot.web.visit import Visit, go

TITLE = "This link does not open anything"
NEUTRAL = (
    "It may have been used already, or it may be too old. "
    "Please ask whoever gave it to you for a new one."
)
WAIT = "There were many tries in a short time. Please wait a few minutes before you try again."
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


def _neutral(visit: Visit, *, slowed: bool = False) -> Response:
    """Answer in the same words whatever was wrong, so that nothing is learned from it."""
    words = f"{NEUTRAL} {WAIT}" if slowed else NEUTRAL
    return visit.page("message.html", 429 if slowed else 404, title=TITLE, text=words)


def _origin(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else "unknown"


async def _invited(visit: Visit, db: AsyncSession) -> tuple[Invite, Group] | None:
    invite = await invites.find(db, visit.part("code"), visit.now)
    group = await db.get(Group, invite.group_id if invite else "")
    return (invite, group) if invite and group else None


async def _turned_away(visit: Visit, *, slowed: bool) -> Response:
    keeper = visit.site.doorkeeper
    if keeper.count(_origin(visit)):
        await keeper.alarm(visit.site.receive)
    return _neutral(visit, slowed=slowed)


async def join(visit: Visit) -> Response:
    """Show what the group is and what joining means, to somebody whose code opens the door."""
    slowed = await visit.site.doorkeeper.pause(_origin(visit))
    async with visit.site.db.read() as db:
        found = await _invited(visit, db)
    if found is None:
        return await _turned_away(visit, slowed=slowed)
    if visit.address is None:
        # Kept before anybody joins, so that a form sent twice is the same person twice.
        async with visit.site.db.write() as db:
            await sessions.start(db, visit.token, sessions.new_address(), visit.now)
    return _form(visit, found[1])


def _form(visit: Visit, group: Group, error: str = "") -> Response:
    return visit.page(
        "join.html",
        422 if error else 200,
        group={"title": group.title, "about": ""},
        code=visit.part("code"),
        elsewhere=_elsewhere(visit),
        consent_html=text.html(consent.TEXT),
        consent_version=consent.VERSION,
        name=visit.field("name"),
        agreed=visit.field("consent") == "yes",
        error=error,
    )


def _elsewhere(visit: Visit) -> dict[str, str]:
    """Return the link by which this code is used on each other platform that has a door."""
    code = invites.shown(invites.tidy(visit.part("code")))
    doors = visit.site.doors().items()
    return {name.capitalize(): door.format(code=code) for name, door in doors if door}


async def joined(visit: Visit) -> Response:
    """Let somebody in who gave a name and agreed."""
    if visit.address is None:
        return go(f"/join/{quote(visit.part('code'))}")
    slowed = await visit.site.doorkeeper.pause(_origin(visit))
    answers = {"name": visit.field("name"), "consent": visit.field("consent")}
    asked = ring.Asked("join", visit.part("code"), answers)
    outcome = await ring.give(visit, visit.address, visit.address, asked)
    async with visit.site.db.read() as db:
        found = await _invited(visit, db)
        inside = await _is_inside(db, visit.address)
    if outcome.ok and inside:
        await _let_in(visit, visit.address)
        return go("/chat")
    if found is None:
        return await _turned_away(visit, slowed=slowed)
    error = TICK if answers["consent"] != "yes" else ring.words(outcome) or TICK
    return _form(visit, found[1], error)


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
        return _neutral(visit)
    address, page = used
    await _let_in(visit, address)
    return go(_local(page))


def _again(visit: Visit, spent: str | None) -> Response:
    return go(_local(spent)) if spent else _neutral(visit)


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
