"""Messages over REST."""

import io

import aiohttp
import discord
import pytest

from tests.platforms.discord_api.house import House, code


async def test_a_private_talk_may_be_closed(house: House) -> None:
    user = await house.bot.fetch_user(house.ben.id)
    await user.send("Hello")
    assert house.ben.reads() == ["Hello"]
    house.ben.closes_dms()
    with pytest.raises(discord.Forbidden) as closed:
        await user.send("Hello?")
    house.ben.opens_dms()
    house.ben.leaves(house.made)
    with pytest.raises(discord.Forbidden) as stranger:
        await user.send("Hello?")
    assert (code(closed), code(stranger)) == (50007, 50278)


async def test_messages_are_pinned_and_edited_and_deleted(house: House) -> None:
    lobby = await house.lobby()
    line = await lobby.send("one", file=discord.File(io.BytesIO(b"abc"), "a.txt", description="A"))
    assert await line.attachments[0].read() == b"abc"
    assert line.attachments[0].description == "A"
    await line.pin()
    assert [one.id async for one in lobby.pins()] == [line.id]
    await line.edit(content="two")
    await line.unpin()
    assert house.ana.sees(lobby)[0].text == "two"
    await line.delete()
    assert house.ana.sees(lobby) == []
    with pytest.raises(discord.NotFound) as gone:
        await line.edit(content="three")
    assert code(gone) == 10008
    no_files = discord.Permissions.attach_files.flag
    house.server.overwrite(lobby, house.made.roles["Round Table"], deny=no_files)
    with pytest.raises(discord.Forbidden) as refused:
        await lobby.send("one", file=discord.File(io.BytesIO(b"abc"), "a.txt"))
    assert code(refused) == 50013


async def test_old_messages_are_not_deleted_in_bulk(house: House) -> None:
    lobby = await house.lobby()
    lines = [await lobby.send("one"), await lobby.send("two")]
    house.server.later(hours=15 * 24)
    with pytest.raises(discord.HTTPException) as refused:
        await lobby.delete_messages(lines)
    assert code(refused) == 50034
    fresh = [await lobby.send("three"), await lobby.send("four")]
    await house.bot.http.delete_messages(lobby.id, [one.id for one in fresh])
    assert len(house.ana.sees(lobby)) == 2


async def test_there_are_only_so_many_pins(house: House) -> None:
    lobby = await house.lobby()
    line = await lobby.send("one")
    for other in [await lobby.send(str(number)) for number in range(250)]:
        house.server.world.backend.messages[lobby.id][other.id].pinned = True
    with pytest.raises(discord.HTTPException) as full:
        await line.pin()
    assert code(full) == 30003


async def test_a_file_that_is_not_there_is_not_found(house: House) -> None:
    url = house.server.url + "/attachments/1/2/a.txt"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 404


async def test_what_follows_a_message_is_read_from_there_on(house: House) -> None:
    lobby = await house.lobby()
    first, *_ = [await lobby.send(words) for words in ("one", "two", "three", "four")]
    assert [one.content async for one in lobby.history(limit=2, after=first)] == ["two", "three"]
