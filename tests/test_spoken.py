from datetime import UTC, datetime, timedelta

from bot import spoken
from bot.actions import Address, Aside, Occasion, Send
from tests.world import World

ANA = Address("paper:@ana")
STARTS = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def event(room: Address, hours: float = 1, about: str = "") -> Occasion:
    return Occasion(
        to=room, key="k", title="Sleep *well*", about=about, where="Room_2",
        starts_at=STARTS, ends_at=STARTS + timedelta(hours=hours),
    )  # fmt: skip


async def test_a_private_talk_becomes_words_to_its_one_person(world: World) -> None:
    aside = Aside(to=world.room, key="k", who=ANA, title="For *you*", text="Yes.", sensitive=True)
    said = await spoken.in_words(world.db, aside)
    assert said == Send(
        to=ANA, room=world.room, key="k", sensitive=True, text="**For \\*you\\***\n\nYes."
    )


async def test_an_event_is_told_in_the_groups_own_time(world: World) -> None:
    said = await spoken.in_words(world.db, event(world.room, about="Bring a *pillow*."))
    assert isinstance(said, Send)
    assert said.text == (
        "**Sleep \\*well\\***\nWednesday 1 July, 23:30 to Thursday 2 July, 00:30 (Europe/London)\n"
        "Where: Room\\_2\n\nBring a *pillow*."
    )


async def test_where_no_group_is_the_time_is_the_worlds(world: World) -> None:
    said = await spoken.in_words(world.db, event(Address("paper:gone")))
    assert isinstance(said, Send)
    assert "Wednesday 1 July, 22:30 to 23:30 (UTC)" in said.text


async def test_whatever_is_words_already_stays_as_it_is(world: World) -> None:
    said = Send(to=ANA, text="hello")
    assert await spoken.in_words(world.db, said) is said
    async with world.db.read() as db:
        assert await spoken.said(db, said) is said
