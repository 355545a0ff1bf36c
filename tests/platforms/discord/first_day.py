"""The first day of a clinic on Discord: it is set up, people come in, and strangers do not."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
from simcord.backend.models import Channel

from bot.app import NEUTRAL
from tests.platforms.discord.installation import (
    PATIENCE,
    Installation,
    fills,
    found,
    hears,
    until,
)
from tests.platforms.discord_server import Person, Seen
from tests.web.house import hidden

OUTSIDERS = {"lobby"}
MEMBERS = OUTSIDERS | {"circle"}
TEAM = MEMBERS | {"team"}


async def opens(here: Installation) -> str:
    """Set the group up on the command line, start the bot, and return the owner's code."""
    names = ("--title", "Crohn’s circle", "--condition", "crohns", "--timezone", "Europe/London")
    await here.service.type("group", "add", "crohns", *names, "--urgent-line", "0117 496 0000")
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    times = ("--start", "09:00", "--end", "11:00", "--place", "Room 3")
    await here.service.type("slots", "add", "--day", day, *times)
    claim = await here.service.json("owner", "--group", "crohns")
    await here.service.start()
    return str(claim["code"])


async def joins(here: Installation, who: Person, code: str, name: str) -> Seen:
    """Type a code in the lobby, read the consent text, agree, and say a name."""
    await who.runs(here.lobby, "join", code=code)
    asked = await hears(who, "Nobody watches the chat all the time", here.lobby)
    assert "On Discord the bot does not read what you write in the rooms" in asked.text
    assert asked.ephemeral
    assert asked.labels == ["I agree", "I do not agree"]
    answer = await who.presses("I agree", channel=here.lobby)
    assert answer.kind == "modal"
    await fills(who, name=name)
    return await hears(who, f"{name}.", here.lobby)


async def claims(here: Installation, code: str) -> None:
    """Become the owner, then give the group its two rooms."""
    olga = here.owner
    await joins(here, olga, code, "Olga")
    await binds(here, here.circle, "a room")
    await binds(here, here.team, "the staff room", "--purpose", "staff")
    await staff_hear(here, "I can do all my work in the room on Discord now.")
    assert here.channels(olga) == TEAM


async def binds(here: Installation, channel: Channel, what: str, *more: str) -> None:
    """Make a code on the command line and type it in the channel."""
    line = (await here.service.json("group", "bind", "crohns", *more))["command"]
    await here.owner.runs(channel, "setup", code=line.removeprefix("/setup "))
    await hears(here.owner, f"is now {what} of Crohn’s circle", channel)


async def invites(here: Installation, **asked: str) -> str:
    """Make an invite by the form and return the code that it shows."""
    answer = await here.owner.runs(here.team, "invite")
    assert answer.kind == "modal"
    await fills(here.owner, **asked)
    ready = await hears(here.owner, "The invite is ready", here.team)
    assert ready.ephemeral
    return found(r"/join/(\S+?)>", ready.text).removeprefix("/join/").removesuffix(">")


async def crosses(here: Installation, who: Person, code: str) -> None:
    """Join by the clinic's page: agree there, let Discord say who it is, and come back."""
    sent = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=here.site, timeout=PATIENCE) as browser:
        form = hidden((await browser.get(f"/join/{code}")).text)
        form |= {"name": who.name, "consent": "yes", "where": "discord"}
        left = await browser.post(f"/join/{code}", data=form, headers=sent)
        back = urlsplit(who.authorizes(left.headers["location"]))
        assert (await browser.get(f"{back.path}?{back.query}")).headers["location"] == "/discord/in"
        shown = await browser.get("/discord/in")
        while "refresh" in shown.text:
            shown = await browser.get("/discord/in")
        assert f"/channels/{here.guild.id}/{here.circle.id}" in shown.text
    assert here.channels(who) == MEMBERS


async def strangers(here: Installation, used: str) -> None:
    """Nobody comes in by what somebody else has used, by a guess, or by hand."""
    nils, zed = here.meets("Nils"), here.meets("Zed")
    said = []
    for who, code in ((nils, used), (zed, "abcd-efgh-jkmn-pqrs")):
        here.server.join(here.guild, who)
        await who.runs(here.lobby, "join", code=code)
        said.append(await hears(who, NEUTRAL, here.lobby))
    assert said[0].words == said[1].words
    assert here.channels(nils) == OUTSIDERS
    (role,) = (one for name, one in here.guild.roles.items() if name.startswith("Members"))
    here.server.give(here.guild, zed, role)
    await until(lambda: here.channels(zed) == OUTSIDERS)
    await staff_hear(here, "Somebody without an invite came into the room and was taken out again.")
    assert zed in here.guild


async def staff_hear(here: Installation, words: str) -> Seen:
    """Wait until the team's room has heard this, by no member's name."""
    seen = await here.owner.hears(words, channel=here.team, ever=True, seconds=PATIENCE)
    assert not re.search("Mira|Tomas", seen.words)
    return seen
