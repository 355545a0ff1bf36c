"""The gate, where a message is read by the room before the bot sees it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions import Action, Address, Delete, Remove, Send
from bot.events import Edited, Message
from bot.safety import gate
from bot.store.people import Role
from tests import world as worlds
from tests.world import CHAT_APP, Paper, World


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[World]:
    """A bot of its own, on a chat app."""
    made = await worlds.make(tmp_path, paper=Paper(capabilities=CHAT_APP))
    yield made
    await made.db.close()


def taken_out(world: World) -> list[tuple[str, str]]:
    return [(a.to, a.message) for a in world.paper.done if isinstance(a, Delete)]


def removed(world: World) -> list[tuple[str, str]]:
    return [(a.to, a.who) for a in world.paper.done if isinstance(a, Remove)]


def told(world: World, to: Address) -> list[str]:
    return [a.text for a in world.paper.done if isinstance(a, Send) and a.to == to]


async def test_what_a_stranger_writes_in_a_room_is_taken_out_and_so_are_they(app: World) -> None:
    await app.says("eve", "hello everybody")
    await app.says("eve", "hello again")
    assert taken_out(app) == [(app.room, "m-1"), (app.room, "m-2")]
    assert removed(app) == [(app.room, "paper:@eve")] * 2
    assert told(app, app.address("eve")) == [gate.TAKEN_OUT]
    assert told(app, app.staff_room) == [
        "Somebody without an invite wrote in the room. It was removed, and they were taken out."
    ]
    assert told(app, app.room) == []


async def test_a_member_in_the_staff_room_is_told_that_it_is_the_teams(app: World) -> None:
    await app.person("ana")
    await app.says("ana", "hello", app.staff_room)
    assert taken_out(app) == [(app.staff_room, "m-1")]
    assert removed(app) == [(app.staff_room, "paper:@ana")]
    assert told(app, app.address("ana")) == [gate.NOT_THE_TEAM]
    await app.person("sam", Role.ADMIN)
    await app.says("sam", "hello", app.staff_room)
    assert len(taken_out(app)) == 1


async def test_words_in_a_chat_that_is_nobodys_are_left_alone(app: World) -> None:
    await app.says("eve", "hello", Address("paper:elsewhere"))
    assert app.paper.done == []


async def test_a_members_words_that_must_not_stand_there_are_taken_out_first(app: World) -> None:
    await app.person("ana")
    await app.says("ana", "call me on 020 7946 0018")
    assert taken_out(app) == [(app.room, "m-1")]
    (words,) = told(app, app.address("ana"))
    assert words.startswith("Your message was taken out of the room, because it seems to")
    assert "020 7946 0018" in words.replace("\\", "")
    base = app.base("ana", None, None) | {"message": "m-0", "text": "me@example.org"}
    await app.hears(Edited.model_validate(base))
    assert taken_out(app)[-1] == (app.room, "m-0")


async def test_where_messages_are_held_there_is_nothing_to_take_out(world: World) -> None:
    await world.person("ana")
    await world.says("ana", "call me on 020 7946 0018")
    assert taken_out(world) == []
    assert "was not shown" in world.seen_by("ana") + str(world.last)


async def test_in_a_private_talk_nothing_is_taken_out(app: World) -> None:
    await app.person("ana")
    base = app.base("ana", app.address("ana"), None) | {"message": "m", "text": "hello"}
    event, actions = Message.model_validate(base), list[Action]()
    async with app.db.read() as db:
        ctx = await app.bot.app._context(db, event)
        actions += gate.taken_out(event, ctx)
        actions += await gate.turned_away(event, ctx)
    assert actions == []
