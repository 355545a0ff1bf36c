from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord.enums import ChannelType

from bot.actions import Aside, Button, Receipt
from bot.errors import RetryLater
from bot.platforms.discord import addresses
from bot.store.people import Role
from tests.platforms.discord.premises import Channel, Premises, premises
from tests.platforms.discord_server import Person

TITLE = "An answer for you"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Premises]:
    async with premises(tmp_path) as made:
        await made.secures(made.circle)
        await made.secures(made.team, staff=True)
        yield made


async def enters(here: Premises, name: str, role: Role = Role.MEMBER) -> Person:
    person = await here.person(name, role)
    for channel in (here.circle, here.team) if role.is_staff else (here.circle,):
        here.server.give(here.guild, person, here.role(channel))
    return person


def aside(here: Premises, who: Person, *also: Person, key: str = "k", text: str = "Yes.") -> Aside:
    return Aside(
        to=here.room,
        key=key,
        who=addresses.person(who.id),
        also=tuple(addresses.person(one.id) for one in also),
        title=TITLE,
        text=text,
        buttons=((Button(label="Thank you", press="thanks"),),),
    )


async def begins(here: Premises, action: Aside) -> Receipt:
    receipt = await here.asides.begin(action)
    await here.server.quiet()
    return receipt


def thread(here: Premises, receipt: Receipt) -> Channel:
    return here.server.world.backend.channels[int(receipt.message.partition("/")[0])]


def inside(here: Premises, receipt: Receipt) -> set[int]:
    return set(thread(here, receipt).thread_members) - {here.server.bot_id}


async def test_only_one_person_and_the_team_are_in_it(here: Premises) -> None:
    ana, ben = await enters(here, "Ana"), await enters(here, "Ben")
    sam = await enters(here, "Sam", Role.CLINICIAN)
    receipt = await begins(here, aside(here, ana, sam))
    made = thread(here, receipt)
    assert (made.name, made.type, made.parent_id) == (
        TITLE, ChannelType.PRIVATE_THREAD, here.circle.id
    )  # fmt: skip
    assert inside(here, receipt) == {ana.id, sam.id}
    assert ben.id not in inside(here, receipt)
    asked = here.server.asked("POST", "/threads")[-1].json
    assert isinstance(asked, dict)
    assert asked["invitable"] is False
    told = ana.sees(made)[-1]
    assert "Yes." in told.text
    assert told.labels == ["Thank you"]


async def test_the_one_person_is_called_and_nobody_else(here: Premises) -> None:
    ana = await enters(here, "Ana")
    await begins(here, aside(here, ana, text="Hello @everyone"))
    said = here.server.asked("POST", "/messages")[-1].json
    assert isinstance(said, dict)
    assert said["allowed_mentions"]["users"] == [str(ana.id)]
    assert said["allowed_mentions"].get("parse", []) == []


async def test_the_same_talk_goes_on_in_its_thread(here: Premises) -> None:
    ana, ben = await enters(here, "Ana"), await enters(here, "Ben")
    first = await begins(here, aside(here, ana))
    again = await begins(here, aside(here, ana))
    later = await begins(here, aside(here, ana, key="later"))
    others = await begins(here, aside(here, ben, key="other"))
    assert first == again
    assert thread(here, later).id == thread(here, first).id != thread(here, others).id


async def test_whoever_of_the_team_was_there_before_does_not_hear_what_is_not_for_them(
    here: Premises,
) -> None:
    ana, sam = await enters(here, "Ana"), await enters(here, "Sam", Role.CLINICIAN)
    first = await begins(here, aside(here, ana, sam))
    second = await begins(here, aside(here, ana, key="alone"))
    assert inside(here, first) == {ana.id, sam.id}
    assert inside(here, second) == {ana.id}


async def test_a_thread_whose_making_was_not_heard_of_is_used(here: Premises) -> None:
    ana = await enters(here, "Ana")
    here.server.faults.next("POST", "/threads", done=True, reset=True)
    with pytest.raises(RetryLater):
        await begins(here, aside(here, ana))
    receipt = await begins(here, aside(here, ana))
    assert inside(here, receipt) == {ana.id}
    assert len(here.server.asked("POST", "/threads")) == 1


async def test_long_words_take_several_messages_and_the_buttons_stand_under_the_last(
    here: Premises,
) -> None:
    ana = await enters(here, "Ana")
    receipt = await begins(here, aside(here, ana, text="word " * 900))
    seen = ana.sees(thread(here, receipt))
    assert len(receipt.message.split(",")) > 2
    assert " ".join(one.text for one in seen).count("word") == 900
    assert [bool(one.labels) for one in seen][-1]


async def test_who_is_not_in_the_server_is_told_in_private(here: Premises) -> None:
    ana = await here.person("Ana", Role.MEMBER, inside=False)
    here.server.join(here.server.guild("Another", bot=True), ana)
    await begins(here, aside(here, ana))
    told = ana.sees()[-1]
    assert TITLE in told.text
    assert "Yes." in told.text


async def test_who_cannot_see_the_room_is_told_in_private(here: Premises) -> None:
    ana = await here.person("Ana", Role.MEMBER)
    await begins(here, aside(here, ana))
    assert "Yes." in ana.sees()[-1].text
    assert here.server.asked("POST", "/threads") == []


async def test_somebody_of_the_team_who_is_not_there_stops_nothing(here: Premises) -> None:
    ana = await enters(here, "Ana")
    sam = await here.person("Sam", Role.CLINICIAN, inside=False)
    assert inside(here, await begins(here, aside(here, ana, sam))) == {ana.id}


async def test_where_there_are_no_private_threads_it_is_said_in_private(here: Premises) -> None:
    ana = await enters(here, "Ana")
    channel = here.server.channel(here.guild, "voice", kind=ChannelType.VOICE)
    action = aside(here, ana).model_copy(update={"to": addresses.room(channel.id)})
    await begins(here, action)
    assert "Yes." in ana.sees()[-1].text
