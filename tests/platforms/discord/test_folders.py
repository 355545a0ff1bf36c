from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.actions import Address
from bot.platforms.discord import folders
from bot.platforms.discord.folders import Folder
from bot.platforms.discord.tables import DiscordForm
from bot.store import vault
from bot.store.db import Database
from tests.platforms.discord.papers import ANA, POST, ROOM, ask
from tests.world import KEY, START, empty_database

BEN = Address("discord:@43")
MADE = Folder(user=ANA, name="post", room=ROOM, form=POST, answers={"title": "My secret"})
DAY = folders.LONGEST


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "db" / "roundtable.db"
    empty_database(path)
    made = Database(path, vault.from_text(KEY))
    yield made
    await made.close()


async def test_a_form_is_kept_sealed_for_a_day_and_for_its_own_person(db: Database) -> None:
    async with db.write() as session:
        await folders.keep(session, "t", MADE, START)
        await folders.keep(session, "t", MADE, START)
    async with db.read() as session:
        row = (await session.execute(select(DiscordForm))).scalar_one()
        assert b"secret" not in row.form
        soon, late = START + DAY - timedelta(seconds=1), START + DAY
        assert await folders.of(session, "t", ANA, soon) == MADE
        assert await folders.of(session, "t", BEN, soon) is None
        assert await folders.of(session, "t", ANA, late) is None
        assert await folders.of(session, "other", ANA, soon) is None


async def test_a_form_that_has_ended_leaves_nothing(db: Database) -> None:
    async with db.write() as session:
        await folders.keep(session, "t", MADE, START)
        await folders.drop(session, "t")
        await folders.drop(session, "t")
        assert await folders.of(session, "t", ANA, START) is None


async def test_the_same_ask_is_the_same_form(db: Database) -> None:
    async with db.read() as session:
        first = folders.token_of(session, ask(POST))
        assert first == folders.token_of(session, ask(POST))
        assert len(first) == folders.TOKEN_LENGTH
        assert first != folders.token_of(session, ask(POST, key="discord:2#0"))
        nameless = ask(POST, key="")
        assert folders.token_of(session, nameless) == folders.token_of(session, nameless)


async def test_what_waits_to_be_taken_is_found_again(db: Database) -> None:
    filled = MADE.model_copy(update={"filled": True})
    async with db.write() as session:
        await folders.keep(session, "a", MADE, START)
        await folders.keep(session, "b", filled, START)
        await folders.keep(session, "c", filled, START - DAY)
        assert await folders.unfinished(session, START) == {"b": filled}


async def test_a_draft_is_found_by_its_person_and_command_line(db: Database) -> None:
    async with db.write() as session:
        await folders.keep_draft(session, MADE, START)
        assert await folders.draft(session, ANA, "post", START) == MADE.answers
        assert await folders.draft(session, BEN, "post", START) == {}
        assert await folders.draft(session, ANA, "post now", START) == {}
        assert await folders.draft(session, ANA, "post", START + DAY) == {}
        await folders.drop_draft(session, MADE)
        assert await folders.draft(session, ANA, "post", START) == {}


def test_a_filled_form_is_the_same_command_however_often_it_is_given() -> None:
    told = MADE.command("t", START)
    assert told == MADE.command("t", START)
    assert (told.id, told.chat, told.user) == ("discord:form:t", ROOM, ANA)
    assert told.heard
    alone = MADE.model_copy(update={"room": None, "form": None, "args": "now"})
    assert alone.command("t", START).chat == ANA
    assert not alone.command("t", START).heard
    assert alone.line == "post now"
