from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import events
from bot.platforms.telegram.codes import WAIT, is_code
from bot.settings import Invites
from bot.store.people import Role
from tests.platforms.telegram.clinic import Clinic, clinic

WRONG = "abcd-efgh-jkpq-rstu"
MOST = Invites().wrong_codes
BASE = {"id": "x", "at": datetime(2026, 11, 24, tzinfo=UTC), "chat": "telegram:@1",
        "user": "telegram:@1", "message": "1"}  # fmt: skip


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path) as made:
        yield made


async def test_whoever_tries_many_codes_is_no_longer_heard_and_the_team_is_told_once(
    here: Clinic,
) -> None:
    doctor = await here.enters("dr", Role.CLINICIAN)
    eve = here.server.person("Eve")
    for number in range(MOST + 3):
        eve.writes(f"/start {WRONG}" if number % 2 else WRONG)
        await here.settled()
    told = eve.reads()
    assert len([words for words in told if "This is a private service." in words]) == MOST
    assert told.count(WAIT) == 1
    assert told[-1] == WAIT
    alarms = [words for words in doctor.reads(here.staff) if "wrong invite codes" in words]
    assert len(alarms) == 1
    eve.writes(f"/start {await here.invite()}")  # not even a right one, for a while
    await here.settled()
    assert eve.reads() == told


async def test_others_are_heard_meanwhile(here: Clinic) -> None:
    eve, ana = here.server.person("Eve"), here.server.person("Ana")
    for _ in range(MOST + 1):
        eve.writes(WRONG)
    code = await here.invite()
    ana.writes(f"/start {code}")
    await here.settled()
    assert "Who can see what" in ana.reads()[-1]


@pytest.mark.parametrize(
    ("words", "is_one"),
    [(WRONG, True), (WRONG.replace("-", " "), True), ("hello", False), ("a" * 15, False),
     (f"{WRONG} and more words", False), ("", False)],
)  # fmt: skip
def test_a_code_is_known_by_its_shape(words: str, *, is_one: bool) -> None:
    assert is_code(events.Message.model_validate(BASE | {"text": words})) is is_one


@pytest.mark.parametrize(
    ("name", "args", "is_one"),
    [("start", WRONG, True), ("join", "x", True), ("start", "", False), ("start", "open", False),
     ("help", WRONG, False)],
)  # fmt: skip
def test_a_command_carries_a_code_or_not(name: str, args: str, *, is_one: bool) -> None:
    event = events.Command.model_validate(BASE | {"name": name, "args": args})
    assert is_code(event) is is_one
