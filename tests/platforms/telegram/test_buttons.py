from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select
from telegram import InlineKeyboardButton, KeyboardButtonRequestChat

from bot.actions import Address, Button
from bot.platforms.telegram import buttons
from bot.platforms.telegram.tables import TelegramButton
from tests.world import World

LONG = "book " + "x" * 60
ANA, SAM = Address("telegram:@42"), Address("telegram:@43")


async def shown(world: World, *row: Button) -> list[InlineKeyboardButton]:
    """The buttons as Telegram gets them, in one row."""
    async with world.db.write() as db:
        made = await buttons.keyboard(db, (row,), world.clock.now())
    return list(made.inline_keyboard[0]) if made else []


async def data_of(world: World, press: str) -> str:
    (button,) = await shown(world, Button(label="Go", press=press))
    assert isinstance(button.callback_data, str)
    assert 1 <= len(button.callback_data.encode()) <= 64
    return button.callback_data


async def pressed(world: World, data: str) -> str | None:
    async with world.db.read() as db:
        return await buttons.pressed(db, data)


async def rows_of(db: AsyncSession) -> Sequence[TelegramButton]:
    return (await db.execute(select(TelegramButton))).scalars().all()


@pytest.mark.parametrize("press", ["tip", "ask can I eat fibre", "x" * 64, "é" * 32])
async def test_a_short_command_line_travels_as_it_is(world: World, press: str) -> None:
    assert await data_of(world, press) == press
    assert await pressed(world, press) == press
    async with world.db.read() as db:
        assert not await rows_of(db)


@pytest.mark.parametrize("press", ["x" * 65, "é" * 33, "#tip", "☕" * 500])
async def test_any_other_command_line_travels_as_a_token_and_is_kept_sealed(
    world: World, press: str
) -> None:
    data = await data_of(world, press)
    assert data.startswith("#")
    assert press not in data
    assert await pressed(world, data) == press
    async with world.db.read() as db:
        (row,) = await rows_of(db)
    assert press.encode() not in row.press


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(press=st.text(min_size=1, max_size=100))
async def test_every_press_comes_back_as_it_was(world: World, press: str) -> None:
    data = await data_of(world, press)
    assert await pressed(world, data) == (None if data.startswith("~") else press)


async def test_what_belongs_to_a_form_travels_as_it_is_and_is_no_command(world: World) -> None:
    assert await data_of(world, "~t1:2:yes") == "~t1:2:yes"
    assert await pressed(world, "~t1:2:yes") is None


async def test_the_same_button_has_the_same_token_and_lives_as_long_as_it_is_shown(
    world: World,
) -> None:
    first, other = await data_of(world, LONG), await data_of(world, LONG + "y")
    assert first != other
    world.clock.advance(days=10)
    assert await data_of(world, LONG) == first
    async with world.db.write() as db:
        await buttons.forget(db, world.clock.now() - timedelta(days=5))
    assert await pressed(world, first) == LONG
    assert await pressed(world, other) is None


@pytest.mark.parametrize("data", ["#", "#nobody-knows-this", "~1", "#" + "x" * 63])
async def test_a_token_that_nobody_knows_is_no_command(world: World, data: str) -> None:
    await data_of(world, LONG)
    assert await pressed(world, data) is None


async def test_links_and_looks_are_passed_on(world: World) -> None:
    page, go, stop, plain = await shown(
        world,
        Button(label="Page", url="https://example.org/a?b=1#c"),
        Button(label="Go", press="go", style="primary"),
        Button(label="Stop", press="stop", style="danger"),
        Button(label="  A long\nlabel " + "x" * 100, press="label"),
    )
    assert page.to_dict() == {"text": "Page", "url": "https://example.org/a?b=1#c"}
    assert go.to_dict() == {"text": "Go", "callback_data": "go", "style": "primary"}
    assert stop.style == "danger"
    assert plain.style is None
    assert plain.text == "A long label " + "x" * 100


async def test_no_label_is_empty(world: World) -> None:
    tip, page = await shown(
        world, Button(label=" \u202e", press="tip"), Button(label="", url="http://10.0.0.1:8080")
    )
    assert (tip.text, page.text) == ("tip", "http://10.0.0.1:8080")


GOOD = ["http://127.0.0.1:8080/x", "https://[::1]/", "HTTPS://Example.org"]
BAD = [
    "http://localhost:8080/a",
    "tel:+44",
    "javascript:x.y",
    "/care",
    "http://[x",
    "http://a.b/ c",
]


@pytest.mark.parametrize("url", GOOD)
async def test_an_address_on_the_web_is_a_button(world: World, url: str) -> None:
    assert [one.url for one in await shown(world, Button(label="x", url=url))] == [url]
    assert not buttons.spoken(((Button(label="x", url=url),),))


@pytest.mark.parametrize("url", BAD)
async def test_an_address_that_telegram_refuses_is_said_in_words(world: World, url: str) -> None:
    assert not await shown(world, Button(label="x", url=url))
    assert buttons.spoken(((Button(label="*x*", url=url),),)).startswith(r"\*x\*: ")


async def test_empty_rows_and_buttons_without_a_purpose_are_left_out(world: World) -> None:
    nothing = Button(label="x")
    async with world.db.write() as db:
        now = world.clock.now()
        assert await buttons.keyboard(db, (), now) is None
        assert await buttons.keyboard(db, ((nothing,), ()), now) is None
        rows = ((nothing,), (Button(label="a", press="a"), Button(label="b", press="b")))
        made = await buttons.keyboard(db, rows, now)
    assert made is not None
    assert [[one.text for one in row] for row in made.inline_keyboard] == [["a", "b"]]


def test_what_must_be_written_is_known_beforehand() -> None:
    assert buttons.keeps(((Button(label="a", press="a"), Button(label="b", press=LONG)),))
    assert buttons.keeps(((Button(label="a", press="a", picks_room=True),),))
    assert not buttons.keeps(((Button(label="a", press="a"),), ()))
    assert not buttons.keeps(((Button(label="a", press=LONG, url="https://example.org"),),))


async def picker(world: World, person: Address, *row: Button) -> list[KeyboardButtonRequestChat]:
    async with world.db.write() as db:
        made = await buttons.picker(db, person, (row,), world.clock.now())
    found = [key.request_chat for keys in made.keyboard for key in keys] if made else []
    return [one for one in found if one]


async def test_a_picked_group_leads_back_to_its_button_for_that_person_only(world: World) -> None:
    group = Button(label="The group", press="setup g1 group " + "x" * 80, picks_room=True)
    staff = Button(label="The staff room", press="setup g1 staff", picks_room=True)
    first, second = await picker(world, ANA, group, Button(label="No", press="no"), staff)
    assert 0 < first.request_id < 2**31
    async with world.db.read() as db:
        assert await buttons.picked(db, ANA, first.request_id) == group.press
        assert await buttons.picked(db, ANA, second.request_id) == staff.press
        assert await buttons.picked(db, SAM, first.request_id) is None
        assert await buttons.picked(db, ANA, first.request_id + 1) is None


async def test_the_bot_asks_for_what_it_needs_and_for_no_channel(world: World) -> None:
    (asked,) = await picker(world, ANA, Button(label="Pick", press="setup", picks_room=True))
    bot, user = asked.bot_administrator_rights, asked.user_administrator_rights
    assert bot is not None
    assert user is not None
    wanted = {name for name, value in bot.to_dict().items() if value}
    assert wanted == {
        "can_manage_chat",
        "can_delete_messages",
        "can_restrict_members",
        "can_invite_users",
        "can_pin_messages",
    }
    allowed = {name for name, value in user.to_dict().items() if value}
    assert allowed == wanted | {"can_promote_members"}
    assert asked.chat_is_channel is False


async def test_a_picker_is_no_button_under_a_message_and_the_other_way_round(world: World) -> None:
    assert not await shown(world, Button(label="Pick", press="setup", picks_room=True))
    assert not await picker(world, ANA, Button(label="Tip", press="tip"))
