from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.actions import Action, Admit, Decline, Receipt, Remove, Restrict, Send
from bot.errors import RetryLater, Undeliverable
from bot.platforms.telegram import addresses, passes
from bot.platforms.telegram.tables import TelegramPass
from bot.store import outbox
from tests.platforms.telegram.clinic import Clinic, clinic
from tests.platforms.telegram_server import CannotEnter, Person

ENTER = "Enter the room"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path) as made:
        yield made


def meets(here: Clinic, name: str = "Ana") -> Person:
    person = here.server.person(name)
    person.talk.started = True
    return person


async def does(here: Clinic, action: Action) -> Receipt:
    return await here.telegram.perform(action)


def admit(here: Clinic, person: Person, key: str = "k") -> Admit:
    return Admit(to=here.room, who=addresses.person(person.id), key=key)


async def link_of(person: Person) -> str:
    return (await person.presses(ENTER)).url


async def rows(here: Clinic) -> list[TelegramPass]:
    async with here.bot.db.read() as db:
        return list((await db.execute(select(TelegramPass))).scalars())


async def test_a_link_is_for_one_person_and_says_into_which_room(here: Clinic) -> None:
    ana = meets(here)
    await does(here, admit(here, ana).model_copy(update={"what": "the staff room"}))
    assert "Here is your way into the staff room." in ana.reads()[-1]
    made = here.server.asked("createChatInviteLink")[-1]
    assert int(made["member_limit"]) == 1
    assert (await link_of(ana)).startswith("https://t.me/")
    assert await link_of(ana) not in str([row.model_dump() for row in await rows(here)])


async def test_the_same_admission_again_gives_the_same_link(here: Clinic) -> None:
    ana = meets(here)
    await does(here, admit(here, ana))
    first = await link_of(ana)
    await does(here, admit(here, ana))
    assert await link_of(ana) == first
    assert len(here.server.asked("createChatInviteLink")) == 1


async def test_an_old_link_is_replaced_and_revoked(here: Clinic) -> None:
    ana = meets(here)
    await does(here, admit(here, ana))
    first = await link_of(ana)
    async with here.bot.db.write() as db:
        for row in (await db.execute(select(TelegramPass))).scalars():
            row.created_at -= passes.FRESH
            db.add(row)
    await does(here, admit(here, ana, "again"))
    assert await link_of(ana) != first
    await here.telegram.gates.revoke_used()
    with pytest.raises(CannotEnter):
        ana.enters(first)


async def test_a_link_that_was_used_is_revoked_for_everybody(here: Clinic) -> None:
    ana = await here.enters("ana")
    here.server.remove(here.group, ana)
    await does(here, admit(here, ana))
    link = await link_of(ana)
    ana.enters(link)
    await here.settled()
    ana.leaves(here.group)
    with pytest.raises(CannotEnter):
        meets(here, "Eve").enters(link)
    assert [row.revoked_at is not None for row in await rows(here)] == [True]


async def test_a_link_that_could_not_be_revoked_is_revoked_later(here: Clinic) -> None:
    ana = await here.enters("ana")
    here.server.remove(here.group, ana)
    await does(here, admit(here, ana))
    here.server.faults.next("revokeChatInviteLink", status=502)
    ana.enters(await link_of(ana))
    await here.settled()
    assert [row.revoked_at for row in await rows(here)] == [None]
    await here.telegram.gates.revoke_used()
    assert [row.revoked_at is not None for row in await rows(here)] == [True]


async def test_who_is_inside_gets_no_link(here: Clinic) -> None:
    ana = await here.enters("ana")
    assert await does(here, admit(here, ana)) == Receipt()
    assert ana.reads() == []


async def test_whoever_asks_to_enter_is_let_in_without_a_link(here: Clinic) -> None:
    ana = meets(here)
    async with here.telegram.desk.call(here.room) as chat:
        door = await here.telegram.line.create_chat_invite_link(chat, creates_join_request=True)
    here.server.world.updates.allowed = frozenset({"message"})  # so that the ring does not answer
    assert ana.enters(door.invite_link) == "asked"
    await does(here, admit(here, ana))
    assert here.group.member(ana.user).present
    assert ana.reads() == []


@pytest.mark.parametrize("method", ["getChatMember", "approveChatJoinRequest"])
@pytest.mark.parametrize("words", ["Bad Request: PARTICIPANT_ID_INVALID", "Bad Request: odd"])
async def test_a_link_comes_whatever_telegram_says_of_somebody_it_never_saw_there(
    here: Clinic, method: str, words: str
) -> None:
    ana = meets(here)
    here.server.faults.next(method, status=400, description=words)
    await does(here, admit(here, ana))
    assert "Here is your way" in ana.reads()[-1]


async def test_a_ban_by_hand_gives_way_to_an_invite(here: Clinic) -> None:
    ana = meets(here)
    here.server.join(here.group, ana)
    here.server.remove(here.group, ana, ban=True)
    await does(here, admit(here, ana))
    assert ana.enters(await link_of(ana)) == "joined"


async def test_who_is_removed_can_come_back_and_their_words_stay(here: Clinic) -> None:
    ana = await here.enters("ana")
    ana.says(here.group, "I was here")
    await here.settled()
    await does(here, Remove(to=here.room, who=addresses.person(ana.id), key="r"))
    assert not here.group.member(ana.user).present
    assert here.group.member(ana.user).status == "left"
    assert here.server.asked("banChatMember") == []
    assert "I was here" in [line.text for line in here.owner.sees(here.group)]


async def test_a_removal_makes_an_unused_link_useless(here: Clinic) -> None:
    ana = meets(here)
    await does(here, admit(here, ana))
    await does(here, Remove(to=here.room, who=addresses.person(ana.id), key="r"))
    with pytest.raises(CannotEnter):
        ana.enters(await link_of(ana))


async def test_the_owner_of_the_chat_cannot_be_removed(here: Clinic) -> None:
    gone = Remove(to=here.room, who=addresses.person(here.owner.id), key="r")
    with pytest.raises(Undeliverable, match="on Telegram"):
        await does(here, gone)


async def test_somebody_restricted_reads_and_does_not_write(here: Clinic) -> None:
    ana = await here.enters("ana")
    until = here.bot.clock.now() + timedelta(hours=1)
    who = addresses.person(ana.id)
    await does(here, Restrict(to=here.room, who=who, until=until, key="q"))
    member = here.group.member(ana.user)
    assert member.present
    assert not member.may("can_send_messages")


async def test_a_request_is_turned_down_only_after_the_person_was_told(here: Clinic) -> None:
    eve = addresses.person(meets(here, "Eve").id)
    async with here.bot.db.write() as db:
        told = Send(to=eve, key="why", text="Sorry.")
        await outbox.put(db, told, None, here.bot.clock.now())
    with pytest.raises(RetryLater, match="told why"):
        await does(here, Decline(to=here.room, who=eve, key="d"))
    here.bot.postmen[0].wake()
    await here.settled()
    await does(here, Decline(to=here.room, who=eve, key="d"))


async def test_links_follow_a_chat_to_its_new_number(here: Clinic) -> None:
    await does(here, admit(here, meets(here)))
    await here.telegram.gates.moved(here.room, addresses.room(-5))
    assert [row.room for row in await rows(here)] == ["telegram:-5"]


async def test_old_links_are_forgotten_once_revoked(here: Clinic) -> None:
    await does(here, admit(here, meets(here)))
    later = here.bot.clock.now() + timedelta(days=9)
    async with here.bot.db.write() as db:
        await passes.forget(db, later)
    assert len(await rows(here)) == 1
    async with here.bot.db.write() as db:
        row = (await db.execute(select(TelegramPass))).scalar_one()
        await passes.revoked(db, row.id, later)
        await passes.forget(db, later)
    assert await rows(here) == []
