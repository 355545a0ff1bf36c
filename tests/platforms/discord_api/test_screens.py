import asyncio

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import ChannelType, MessageType, OverwriteType

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.parlour import Parlour
from tests.platforms.discord_api.people import Person

HIDE = discord.Permissions(view_channel=True).value
MUTE = discord.Permissions(send_messages=True, attach_files=True).value


@pytest.fixture
def parlour() -> Parlour:
    return Parlour()


def test_a_hidden_channel_is_neither_seen_nor_written_in(parlour: Parlour) -> None:
    backend = parlour.world.backend
    hidden = Overwrite(parlour.guild.id, OverwriteType.ROLE, deny=HIDE)
    backend.set_overwrite(parlour.desk.id, hidden)
    assert parlour.ben.channels(parlour.guild) == ["room"]
    assert parlour.ana.channels(parlour.guild) == ["room", "desk"]
    with pytest.raises(MayNot, match="sees no such channel"):
        parlour.ben.sees(parlour.desk)
    with pytest.raises(MayNot):
        parlour.ben.says(parlour.desk, "hello")
    parlour.ben.leaves(parlour.guild)
    assert parlour.ben.channels(parlour.guild) == []
    backend.delete_channel(parlour.room.id)
    with pytest.raises(MayNot):
        parlour.ana.sees(parlour.room)


def test_who_may_only_read_reads(parlour: Parlour) -> None:
    muted = Overwrite(parlour.ben.id, OverwriteType.MEMBER, deny=MUTE)
    parlour.world.backend.set_overwrite(parlour.room.id, muted)
    parlour.ana.says(parlour.room, "news")
    assert [one.text for one in parlour.ben.sees(parlour.room)] == ["news"]
    with pytest.raises(MayNot, match="Ben lacks send_messages in room"):
        parlour.ben.says(parlour.room, "hello")


def test_threads_are_seen_by_those_who_are_let_in(parlour: Parlour) -> None:
    backend = parlour.world.backend
    hidden = backend.create_thread(
        parlour.room.id, "only Ana", parlour.world.bot.id, type=ChannelType.PRIVATE_THREAD
    )
    opened = backend.create_thread(parlour.room.id, "all", parlour.world.bot.id)
    assert [one.name for one in parlour.ben.threads(parlour.room)] == ["all"]
    assert [one.name for one in parlour.ana.threads(parlour.room)] == ["only Ana", "all"]
    with pytest.raises(MayNot):
        parlour.ben.says(hidden, "hello")
    backend.add_thread_member(hidden.id, parlour.ben.id)
    said = parlour.ben.says(hidden, "hello")
    assert (said.channel, said.thread) == (hidden.id, hidden.id)
    backend.edit_channel(opened.id, {}, thread_metadata={"archived": True})
    parlour.ben.says(opened, "awake?")
    assert opened.thread_metadata is not None
    assert not opened.thread_metadata.archived
    assert parlour.ben.id in opened.thread_members
    backend.edit_channel(opened.id, {}, thread_metadata={"locked": True})
    with pytest.raises(MayNot, match="locked"):
        parlour.ben.says(opened, "still there?")
    parlour.ana.says(opened, "I am")


def test_words_files_and_replies(parlour: Parlour) -> None:
    first = parlour.ana.says(parlour.room, f"hello {parlour.ben.mention}")
    assert first.mentions == (parlour.ben.id,)
    reply = parlour.ben.says(parlour.room, "hi", reply_to=first)
    assert (reply.reply, reply.by_bot, reply.author) == (first.id, False, "Ben")
    sent = parlour.ben.sends_file(parlour.room, "a.txt", b"abc")
    assert (sent.text, sent.file_name, sent.file) == ("", "a.txt", b"abc")
    assert parlour.ben.edits(sent, "").file == b"abc"
    with pytest.raises(MayNot, match="empty"):
        parlour.ben.says(parlour.room, " ")
    with pytest.raises(MayNot, match="2000"):
        parlour.ben.says(parlour.room, "x" * 2001)
    barred = Overwrite(parlour.guild.id, OverwriteType.ROLE, deny=MUTE & ~(1 << 11))
    parlour.world.backend.set_overwrite(parlour.room.id, barred)
    with pytest.raises(MayNot, match="attach_files"):
        parlour.ben.sends_file(parlour.room, "b.txt", b"")


def test_everyone_is_pinged_by_those_who_may(parlour: Parlour) -> None:
    assert parlour.ana.says(parlour.room, "@everyone listen").mentions == (parlour.guild.id,)
    assert parlour.ben.says(parlour.room, "@everyone listen").mentions == ()


def test_only_own_words_are_changed_and_only_some_delete_others(parlour: Parlour) -> None:
    of_ana, of_ben = parlour.ana.says(parlour.room, "A"), parlour.ben.says(parlour.room, "B")
    with pytest.raises(MayNot, match="words of somebody else"):
        parlour.ana.edits(of_ben, "C")
    with pytest.raises(MayNot, match="manage_messages"):
        parlour.ben.deletes(of_ana)
    parlour.ana.deletes(of_ben)
    parlour.ana.deletes(of_ana)
    assert parlour.ana.sees(parlour.room) == []
    with pytest.raises(MayNot, match="sees this message no longer"):
        parlour.ana.deletes(of_ana)
    parlour.world.backend.delete_channel(parlour.room.id)
    with pytest.raises(MayNot, match="no longer"):
        parlour.ben.deletes(of_ben)


def test_the_talk_with_the_bot_needs_a_guild_in_common(parlour: Parlour) -> None:
    stranger = Person(parlour.world, parlour.world.backend.make_user("Cleo"))
    with pytest.raises(MayNot, match="shares no server"):
        stranger.writes("hello")
    said = parlour.ben.writes("hello")
    assert [one.text for one in parlour.ben.sees()] == ["hello"]
    backend = parlour.world.backend
    answer = backend.create_message(said.channel, parlour.world.bot.id, "hi")
    with pytest.raises(MayNot, match="in private"):
        parlour.ben.deletes(next(one for one in parlour.ben.sees() if one.id == answer.id))
    parlour.ben.deletes(said)
    assert parlour.ben.reads() == ["hi"]


def test_what_discord_says_is_no_message(parlour: Parlour) -> None:
    said = parlour.ana.says(parlour.room, "rules")
    backend = parlour.world.backend
    backend.set_pinned(parlour.room.id, said.id, pinned=True)
    (seen,) = parlour.ben.sees(parlour.room)
    assert seen.pinned
    kinds = [one.kind for one in parlour.ben.sees(parlour.room, service=True)]
    assert kinds == [0, MessageType.PINS_ADD]


async def test_a_person_hears_what_came_after_their_own_doing(parlour: Parlour) -> None:
    backend, room, bot = parlour.world.backend, parlour.room, parlour.world.bot
    backend.create_message(room.id, bot.id, "old")
    parlour.ben.says(room, "anything new?")
    with pytest.raises(TimeoutError, match=r"Ben did not hear 'old'; the bot said \['old'\]"):
        await parlour.ben.hears("old", channel=room, seconds=0.05)
    assert (await parlour.ben.hears("old", channel=room, ever=True)).text == "old"
    assert (await parlour.ana.hears(channel=room)).text == "old"
    waiting = asyncio.create_task(parlour.ben.hears("new", channel=room))
    await asyncio.sleep(0.01)
    embed = {
        "title": "Tip",
        "description": "new",
        "fields": [{"name": "Source", "value": "a book"}],
        "author": {"name": "Team"},
    }
    said = backend.create_message(room.id, bot.id, "", embeds=[embed])
    heard = await waiting
    assert heard.id == said.id
    assert heard.words == "Tip\nnew\nSource\na book\nTeam"
    waiting = asyncio.create_task(parlour.ben.hears(channel=room, after=heard))
    await asyncio.sleep(0.01)
    backend.edit_message(room.id, said.id, {"embeds": [], "content": "newer"})
    assert ((await waiting).text, (await waiting).edited) == ("newer", True)
