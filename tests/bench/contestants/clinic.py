"""A clinic's installation: settings as an operator writes them, and a group with its members.

Everything is real: storage, consent, permissions, the outgoing check, the outbox, the clinic's
page beside it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot import logs, main
from bot.actions import Address
from bot.cli.running import told_to_stop
from bot.safety import consent
from bot.settings import Content, DatabaseSettings, Log, Security, Settings, Site
from bot.store import groups as rooms
from bot.store import people, vault
from bot.store.groups import Group
from bot.store.people import Role
from tests.bench.contestants.target import Target
from tests.processes import ROOT


def configured(target: Target, **platform: Any) -> Settings:  # noqa: ANN401 - a section of them
    """Return an operator's settings for the server."""
    return Settings(
        site=Site(port=0),
        database=DatabaseSettings(path=target.place / "db" / "roundtable.db"),
        security=Security(key_file=target.place / "key" / "master.key"),
        content=Content(path=ROOT / "content_library"),
        **platform,
    )


async def prepare(
    known: Settings,
    target: Target,
    person: Callable[[int], Address],
    room: Address | None = None,
) -> None:
    """Make a group, with a room if there is one, and let all who will write be members of it."""
    assert known.security.key_file is not None
    vault.write_key(known.security.key_file)
    store = main.open_database(known)
    now, version = datetime.now(UTC), consent.version(known)
    async with store.write() as db:
        group = Group(id="g1", slug="crohns", title="Circle", condition="crohns", created_at=now)
        await rooms.add(db, group)
        if room is not None:
            await rooms.add_room(db, group.id, room, rooms.GROUP, now)
        for number in target.people:
            one = await people.create(db, f"Member {number}", now)
            await people.connect(db, one.id, person(number), now)
            await people.admit(db, one.id, group.id, Role.MEMBER, version, now)
    await store.close()


async def until_told(known: Settings) -> None:
    """Run the whole program until told to stop."""
    logs.setup(Log(level="warning"))
    stop = told_to_stop()
    async with main.running(known):
        await stop.wait()
