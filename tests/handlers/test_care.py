"""Details: only on the clinic's own page, sealed, and a phone number that can be dialled."""

import pytest

from bot.store import cases
from bot.store.cases import Case
from tests.handlers.visits import (
    acts,
    in_a_chat_app,
    meet,
    said_openly,
    stored,
    the_case,
    told_staff,
)
from tests.world import World


@pytest.fixture(autouse=True)
async def _people(world: World) -> None:
    await meet(world)


async def kept(world: World) -> tuple[str, str]:
    async with world.db.read() as db:
        return await cases.details(db, await the_case(world))


async def test_the_form_asks_why_and_how_to_call(world: World) -> None:
    seen = await world.says("ana", "/details")
    assert "What would you like help with?\nPhone number" in seen
    thanks = await world.answers("ana", reason="Pain at night", phone="020 7946 0018")
    case = await the_case(world)
    assert f"Your details are with the team now, under **{case.ref}**." in thanks
    assert await kept(world) == ("Pain at night", "+44 20 7946 0018")
    assert not said_openly(world)
    assert "details given" in await acts(world)


async def test_the_staff_hear_the_reference_and_no_detail(world: World) -> None:
    await world.says("ana", "/details", form={"reason": "Pain at night", "phone": "020 7946 0018"})
    await world.says("ana", "/details", form={"reason": "Pain by day", "phone": ""})
    case = await the_case(world)
    assert [told.text for told in told_staff(world)] == [
        f"There is a new request, with details: **{case.ref}**.",
        f"Details were added to a request: **{case.ref}**.",
    ]
    assert await kept(world) == ("Pain by day", "")


async def test_what_was_written_is_not_in_the_database_in_clear(world: World) -> None:
    await world.says("ana", "/details", form={"reason": "Pain at night", "phone": "020 7946 0018"})
    folder = world.db.path.parent
    stored_bytes = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert (await the_case(world)).ref.encode() in stored_bytes
    assert b"Pain at night" not in stored_bytes
    assert b"7946" not in stored_bytes


async def test_details_join_the_request_that_is_open(world: World) -> None:
    await world.says("ana", "/appointment doctor")
    await world.says("ana", "/details", form={"reason": "I would like another doctor", "phone": ""})
    assert [case.kind for case in await stored(world, Case)] == ["doctor"]
    assert (await the_case(world)).details_at == world.clock.now()


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("020 7946 0018", "+44 20 7946 0018"),
        ("+49 30 901820", "+49 30 901820"),
        ("(07700) 900-123", "+44 7700 900123"),
    ],
)
async def test_a_number_is_kept_as_it_is_dialled_from_anywhere(
    world: World, typed: str, dialled: str
) -> None:
    await world.says("ana", "/details", form={"reason": "Please call", "phone": typed})
    assert (await kept(world))[1] == dialled


@pytest.mark.parametrize("typed", ["call me", "12", "0123456789012345678901234567890", "+"])
async def test_what_cannot_be_dialled_is_refused_and_nothing_is_kept(
    world: World, typed: str
) -> None:
    await world.says("ana", "/details", form={"reason": "Please call", "phone": typed})
    assert world.last is not None
    assert not world.last.ok
    assert world.last.sentence.startswith("That does not look like a phone number.")
    assert not await stored(world, Case)


@pytest.mark.parametrize(
    ("reason", "phone", "words"),
    [
        ("x" * 2_001, "", "at most 2000 characters"),
        ("Pain", "1" * 41, "at most 40 characters"),
        ("  ", "", "needs an answer"),
    ],
)
async def test_what_does_not_fit_is_asked_again(
    world: World, reason: str, phone: str, words: str
) -> None:
    seen = await world.says("ana", "/details", form={"reason": reason, "phone": phone})
    assert words in seen
    assert not await stored(world, Case)


async def test_in_a_chat_app_it_is_asked_on_the_private_page(world: World) -> None:
    in_a_chat_app(world)
    seen = await world.says("ana", "/details")
    assert "not in this chat" in seen
    assert world.button("ana", "Add details privately").url.startswith(
        f"{world.bot.settings.site.address}/in/"
    )
    await world.says("ana", "/details", form={"reason": "Pain at night", "phone": ""})
    assert not await stored(world, Case)
