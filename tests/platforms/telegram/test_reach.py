import asyncio
from datetime import timedelta
from pathlib import Path

from bot.platforms.telegram import addresses
from bot.platforms.telegram.reach import AGAIN, NUDGE, OPEN
from bot.platforms.telegram.tables import TelegramPerson
from tests.platforms.telegram.clinic import Clinic, clinic
from tests.platforms.telegram.test_intake import TABLE
from tests.platforms.telegram_server import Person


async def lost(here: Clinic, who: Person) -> bool:
    return await here.telegram.reach.is_lost(addresses.person(who.id))


async def test_who_never_opened_the_bot_is_asked_to_and_then_reads_all(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", opened=False)
        ana.says(here.group, "/hush first")
        ana.says(here.group, "/hush second")
        await here.settled()
        assert ana.reads(here.group) == [NUDGE]
        assert await lost(here, ana)
        (nudge,) = [one for one in ana.sees(here.group) if one.by_bot]
        assert nudge.labels == [OPEN]
        assert nudge.silent
        link = (await ana.presses(OPEN, chat=here.group)).url
        assert link == f"https://t.me/{here.server.bot.username}?start=open"
        ana.opens(link)
        await ana.hears("Quietly: second")
        await here.settled()
        assert [one for one in ana.reads() if one.startswith("Quietly")] == [
            "Quietly: first", "Quietly: second",
        ]  # fmt: skip
        assert not await lost(here, ana)


async def test_the_room_learns_nothing_about_who_is_meant(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", opened=False)
        ana.says(here.group, "/hush first")
        await here.settled()
        (asked,) = here.server.asked("sendMessage")[-1:]
        assert "ana" not in str(asked).lower()
        assert str(ana.id) not in str(asked)
        assert "entities" not in asked


async def test_the_room_is_asked_again_only_after_some_hours(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", opened=False)
        who, reach = addresses.person(ana.id), here.telegram.reach
        for _ in range(3):
            await reach.lost(who, here.room)
        assert ana.reads(here.group) == [NUDGE]
        await _age(here, who, AGAIN + timedelta(minutes=1))
        await reach.lost(who, here.room)
        assert ana.reads(here.group) == [NUDGE] * 2


async def test_the_nudge_stands_in_the_topic_where_somebody_asked(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", opened=False)
        forum = here.server.group("Forum", admin=here.owner, members=[ana], forum=True)
        food = here.server.topic(forum, "Food")
        await here.telegram.reach.lost(addresses.person(ana.id), addresses.room(forum.id, food))
        assert (await ana.hears(NUDGE, chat=forum)).thread == food


async def test_where_there_is_no_room_nobody_is_nudged(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", opened=False)
        await here.telegram.reach.lost(addresses.person(ana.id), None)
        assert here.server.asked("sendMessage") == []
        assert await lost(here, ana)


async def test_a_room_that_cannot_be_written_to_changes_nothing(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", opened=False)
        here.server.faults.next(
            "sendMessage", status=400, description="Bad Request: chat not found"
        )
        await here.telegram.reach.lost(addresses.person(ana.id), here.room)
        assert await lost(here, ana)
        assert here.server.faults.left == 0


async def test_who_blocks_the_bot_is_written_to_when_they_come_back(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.writes("hello")
        await here.settled()
        ana.blocks()
        await here.settled()
        assert await lost(here, ana)
        ana.says(here.group, "/hush later")
        await here.settled()
        assert "Quietly: later" not in ana.reads()
        ana.unblocks()
        await ana.hears("Quietly: later", ever=True)
        assert not await lost(here, ana)


async def test_a_press_leads_who_cannot_be_written_to_into_the_bot(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", opened=False)
        ana.says(here.group, "/hush first")
        ana.says(here.group, "/show")
        await here.settled()
        answer = await ana.presses("Quietly", chat=here.group)
        assert answer.url == here.telegram.desk.deep_link()
        ana.opens(answer.url)
        await ana.hears("Quietly: that", ever=True)


async def test_finding_somebody_who_was_never_lost_writes_nothing(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        who = addresses.person(ana.id)
        await asyncio.gather(*(here.telegram.reach.found(who) for _ in range(3)))
        assert not await lost(here, ana)
        async with here.bot.db.read() as db:
            assert await db.get(TelegramPerson, here.bot.db.vault.lookup("account", who)) is None


async def _age(here: Clinic, who: str, by: timedelta) -> None:
    async with here.bot.db.write() as db:
        row = await db.get(TelegramPerson, here.bot.db.vault.lookup("account", who))
        assert row is not None
        assert row.nudged_at is not None
        row.nudged_at -= by
        db.add(row)
