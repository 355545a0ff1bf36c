import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.telegram import addresses
from bot.store import people
from bot.store.people import Role
from tests.platforms.telegram.clinic import Clinic, clinic
from tests.platforms.telegram_server import Person


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path) as made:
        yield made


async def shown(here: Clinic, chat: int) -> list[str]:
    """Return the names of the commands in the newest menu of a chat."""
    for task in tuple(here.telegram.menus._tasks):
        await task
    mine: list[dict[str, Any]] = [
        one for one in here.server.asked("setMyCommands") if f"{chat}" in str(one.get("scope"))
    ]
    return [command["command"] for command in _list(mine[-1]["commands"])] if mine else []


def _list(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as it came over the wire
    return list(json.loads(value) if isinstance(value, str) else value)


async def role(here: Clinic, person: Person, new: Role | None) -> None:
    async with here.bot.db.write() as db:
        found = await people.find(db, addresses.person(person.id))
        assert found is not None
        place = (await people.memberships(db, found.id))[0]
        if new is None:
            place.left_at = here.bot.clock.now()
        else:
            place.role = new
        db.add(place)


async def test_a_person_sees_what_their_role_can_do(here: Clinic) -> None:
    ana = await here.enters("ana")
    ana.writes("/start")
    await here.settled()
    assert "appointment" in await shown(here, ana.id)
    assert "invite" not in await shown(here, ana.id)
    await role(here, ana, Role.ADMIN)
    ana.writes("/start")
    await here.settled()
    assert "invite" in await shown(here, ana.id)


async def test_who_has_left_sees_what_strangers_see(here: Clinic) -> None:
    ana = await here.enters("ana")
    ana.writes("/start")
    await here.settled()
    assert await shown(here, ana.id)
    ana.writes("/leave yes")
    await here.settled()
    await shown(here, ana.id)
    assert f"{ana.id}" in str(here.server.asked("deleteMyCommands")[-1]["scope"])


async def test_nothing_is_asked_of_telegram_when_nothing_has_changed(here: Clinic) -> None:
    ana = await here.enters("ana")
    for _ in range(3):
        ana.writes("/start")
        await here.settled()
    await shown(here, ana.id)
    assert len([one for one in here.server.asked("setMyCommands") if f"{ana.id}" in str(one)]) == 1
