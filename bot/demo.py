"""The demo: a made-up group on this machine, to try everything without any settings.

The first start makes the group, its people, appointment times and a plan of tips. Every start
prints fresh one-time links. All that is made is kept in one folder.
"""

import json
import os
import socket
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot import main
from bot.booking.opening import open_slots
from bot.clock import SystemClock
from bot.main import Bot
from bot.safety import consent
from bot.settings import Content, DatabaseSettings, Security, Settings, Site, is_zone
from bot.store import bookings, groups, invites, links, people, vault
from bot.store.content import TipPlan
from bot.store.groups import Group
from bot.store.people import Person, Role

HOST, SLUG = "127.0.0.1", "crohns"
ANA, OKAFOR, SAM = "Ana", "Dr. Okafor", "Sam"
CAST = {ANA: Role.MEMBER, OKAFOR: Role.CLINICIAN, SAM: Role.OWNER}
LIFETIME = timedelta(hours=24)
DAYS, SPANS = 5, (time(10), time(11))  # two half hours on each of five weekdays
CRON = "0 9 * * *"

WORDS = """\
Roundtable is running at {url}

Everything here is made up, and stays on this machine in {data}.
Open these in different browsers or private windows. Each link works once, for a day.

  Ana, a patient             {patient}
      Try: /ask can I eat fibre during a flare, /tip, /appointment
  Dr. Okafor, a clinician    {clinician}
      Try: open times on the desk, answer Ana's request, /post
  Sam, who runs the group    {admin}
      Try: /invite, /tips, /help
  An invite for somebody new {invite}

A first tip comes within a minute of the very first start. Stop with Ctrl+C.
Never use the demo for real people: it is open to everybody who uses this machine."""


@dataclass(frozen=True, slots=True)
class Links:
    """A one-time link for each of the people."""

    patient: str
    clinician: str
    admin: str


@dataclass(frozen=True, slots=True)
class Tickets:
    """Where the demo is, and how to get in."""

    url: str
    links: Links
    invite: str

    def json(self) -> str:
        """Return all of it on one line for a program."""
        return json.dumps(asdict(self))

    def words(self, data: Path) -> str:
        """Return all of it for a person, with what to try."""
        return WORDS.format(url=self.url, data=data, invite=self.invite, **asdict(self.links))


def settings(port: int, data: Path) -> Settings:
    """Return the settings of a demo in a folder; port 0 stands for a free one."""
    return Settings(
        site=Site(host=HOST, port=port or _free_port()),
        database=DatabaseSettings(path=data / "db" / "roundtable.db"),
        security=Security(key_file=data / "key" / "master.key"),
        content=Content(path=Path(__file__).parent.parent / "content_library"),
    )


def _free_port() -> int:
    with socket.socket() as ear:
        ear.bind((HOST, 0))
        port: int = ear.getsockname()[1]
        return port


async def prepare(known: Settings) -> None:
    """Make what is missing: the key, the group, its people and times. What is there stays."""
    key = known.security.key_file
    if key is not None and not key.exists() and not known.database.path.exists():
        vault.write_key(key)
    database = main.open_database(known)
    now = SystemClock().now()
    try:
        async with database.write() as db:
            group = await groups.find(db, SLUG) or await _group(db, now)
            cast = await _cast(db, group, known, now)
            if not await bookings.free(db, group.id, cast[ANA].id, now, limit=1):
                await _open_times(db, group, cast[OKAFOR], now)
    finally:
        await database.close()


async def _group(db: AsyncSession, now: datetime) -> Group:
    local = zone()
    group = Group(
        id=people.new_id(), slug=SLUG, title="Crohn’s circle", condition="crohns", timezone=local,
        quiet_from=None, quiet_to=None, created_at=now,
    )  # fmt: skip
    await groups.add(db, group)
    # The first tip is due at once, so that there is something to see.
    db.add(TipPlan(group_id=group.id, cron=CRON, timezone=local, next_due_at=now))
    await db.flush()
    return group


def zone(localtime: Path = Path("/etc/localtime")) -> str:
    """Return this machine's time zone, or UTC where it does not say."""
    named = os.environ.get("TZ") or str(localtime.resolve()).partition("/zoneinfo/")[2]
    return named if is_zone(named) else "UTC"


async def _cast(
    db: AsyncSession, group: Group, known: Settings, now: datetime
) -> dict[str, Person]:
    """Return the three people by name; whoever has left or is new gets a place."""
    here = {people.name_of(db, who): who for who, _ in await people.members(db, group.id)}
    cast: dict[str, Person] = {}
    for name, role in CAST.items():
        person = here.get(name) or await people.create(db, name, now)
        if name not in here:
            await people.admit(db, person.id, group.id, role, consent.version(known), now)
        cast[name] = person
    return cast


async def _open_times(db: AsyncSession, group: Group, clinician: Person, now: datetime) -> None:
    """Open ten times on the coming weekdays."""
    day, opened = now.astimezone(ZoneInfo(group.timezone)).date(), 0
    while opened < DAYS:
        day += timedelta(days=1)
        if day.isoweekday() <= DAYS:
            opened += 1
            await open_slots(
                db, group.id, clinician.id, day, *SPANS, 30, "Room 3", group.timezone, now
            )


async def tickets(bot: Bot) -> Tickets:
    """Make a fresh link for each of the people, and an invite for somebody new."""
    url, now = bot.settings.site.address, bot.clock.now()
    async with bot.db.write() as db:
        group = await groups.find(db, SLUG) or await _group(db, now)
        cast = await _cast(db, group, bot.settings, now)
        pages = {ANA: "/chat", OKAFOR: "/desk", SAM: "/chat"}
        made = [await _link(db, cast[name], page, now) for name, page in pages.items()]
        _, code = await invites.issue(
            db, group.id, Role.MEMBER, now=now, expires_at=now + LIFETIME, label="demo"
        )
    return Tickets(url, Links(*(url + path for path in made)), f"{url}/join/{code}")


async def _link(db: AsyncSession, person: Person, page: str, now: datetime) -> str:
    address = await people.web_address(db, person.id, now)
    return await links.issue(db, address, page, now, LIFETIME)
