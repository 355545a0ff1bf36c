"""The whole main job on Discord, from the owner's first day to a patient who leaves.

One dialogue, held twice: with the bot inside this process, and with `roundtable run` in its own.
Discord is a server on sockets that refuses Message Content: the bot does not read the rooms.
"""

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import icalendar
import pytest

from bot import main, settings
from tests.platforms.discord.first_day import (
    MEMBERS,
    OUTSIDERS,
    TEAM,
    claims,
    crosses,
    invites,
    joins,
    opens,
    staff_hear,
    strangers,
)
from tests.platforms.discord.installation import (
    PATIENCE,
    Installation,
    fills,
    found,
    hears,
    installation,
    until,
)
from tests.platforms.discord_server import Blocked, Person, Seen
from tests.processes import Service
from tests.web.house import hidden

TITLE = "Walking and tiredness"
SOURCE = "https://example.org/walking"
HELPLINE = "You do not have to carry this alone"
DESPAIR = "I want to die"


@dataclass
class Indoors(Service):
    """The same installation with the bot inside this process, which need not wait for turns."""

    stack: AsyncExitStack = field(default_factory=AsyncExitStack, init=False)

    async def start(self) -> None:
        await self.stack.enter_async_context(main.running(settings.load(None, self.settings)))

    async def stop(self) -> None:
        await self.stack.aclose()


async def is_called(here: Installation, mira: Person) -> None:
    """Who takes no private messages is called by a line that says nothing, and reads it alone."""
    await until(lambda: mira.threads(here.circle))
    (thread,) = mira.threads(here.circle)
    called = await mira.hears("Only you can read it.", channel=thread, ever=True, seconds=PATIENCE)
    assert called.mentions == (mira.id,)
    assert called.labels == ["Read it"]
    await mira.presses("Read it", channel=thread)
    told = await hears(mira, "Welcome to Crohn’s circle, Mira.", thread)
    assert told.ephemeral
    mira.opens_dms()


async def talks(here: Installation, mira: Person, tomas: Person) -> None:
    """What may stay stays; an e-mail address never stands there, and its writer is told why."""
    hello = mira.says(here.circle, "Hello all, it is good to be here.")
    with pytest.raises(Blocked, match="phone number or an e-mail address"):
        mira.says(here.circle, "Write to me at mira@example.org")
    assert [seen.text for seen in tomas.sees(here.circle) if not seen.by_bot] == [hello.text]


async def asks(here: Installation, mira: Person, tomas: Person) -> None:
    """A question gets a cited answer before the asker's eyes only, or none; nobody else sees it."""
    await mira.runs(here.circle, "ask", question="can I eat fibre during a flare")
    answer = await hears(mira, "Can I eat fibre during a flare?", here.circle)
    assert answer.ephemeral
    assert re.search(r"\[[^]]+\]\(<https://[^>]+>\)", answer.words)
    assert "Reviewed" in answer.words
    await mira.runs(here.circle, "ask", question="who won the football world cup")
    await hears(mira, "nothing reviewed", here.circle)
    await mira.runs(here.circle, "tip")
    await hears(mira, "Reviewed", here.circle)
    private = {seen.id for seen in mira.sees(here.circle) if seen.ephemeral}
    assert answer.id in private
    assert private.isdisjoint(seen.id for seen in tomas.sees(here.circle))
    mira.writes("can I drink coffee")
    await hears(mira, "Is coffee bad for Crohn's?")


async def points(here: Installation, mira: Person, tomas: Person) -> None:
    """A right click on what somebody else wrote: the library answers, or the team gets a link."""
    said = tomas.says(here.circle, "What about travelling abroad?")
    await mira.clicks(said, "Ask the library")
    answer = await hears(mira, "Reviewed", here.circle)
    assert answer.ephemeral
    await mira.clicks(said, "Report to the team")
    assert (await hears(mira, "The team has been asked to look", here.circle)).ephemeral
    told = await staff_hear(here, "Somebody asks you to look at a message in the room")
    assert said.text not in told.words
    link = (await here.owner.presses("Open the message", channel=here.team, message=told)).url
    assert link.endswith(f"/channels/{here.guild.id}/{here.circle.id}/{said.id}")


async def is_ill(here: Installation, tomas: Person) -> None:
    """Who has signs that cannot wait is told whom to call, before anything else."""
    await tomas.runs(here.circle, "appointment")
    asked = await hears(tomas, "Is any of these true for you now?", here.circle)
    assert "](<https://" in asked.words
    await tomas.presses("Yes, or I am not sure", channel=here.circle)
    told = await hears(tomas, "If this may be an emergency, call 999 now.", here.circle)
    assert told.ephemeral
    assert "For help today, call 0117 496 0000." in told.words
    ref = found(r"R-\w{5}", told.text)
    await staff_hear(here, f"**Please look now: {ref}** is a new request. It is urgent.")


async def escalates(here: Installation, mira: Person) -> Seen:
    """Ask for an appointment in neutral words, and give the details on the clinic's page."""
    await mira.runs(here.circle, "appointment")
    await hears(mira, "Is any of these true for you now?", here.circle)
    await mira.presses("No", channel=here.circle)
    await hears(mira, "What kind of help would you like?", here.circle)
    await mira.presses("Routine appointment", channel=here.circle)
    told = await hears(mira, "You can pick a time now", here.circle)
    ref = found(r"R-\w{5}", told.text)
    await staff_hear(here, f"**{ref}** is a new request.")
    link = (await mira.presses("Add details privately", message=told)).url
    assert link.startswith(here.site)
    await details(here.site, link)
    await staff_hear(here, "Details were added to a request")
    return told


async def details(site: str, link: str) -> None:
    """Open a one-time link in a browser, and fill the form that it leads to."""
    sent = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    async with httpx.AsyncClient(base_url=site, follow_redirects=True, headers=sent) as browser:
        door = await browser.get(link)
        page = await browser.post(link, data=hidden(door.text))
        assert page.url.path == "/care"
        typed = {"reason": "My belly hurts a lot.", "phone": "020 7946 0018"}
        done = await browser.post("/care/details", data=hidden(page.text) | typed)
        assert "The care team has your details" in done.text
    async with httpx.AsyncClient(base_url=site, follow_redirects=True) as other:
        assert (await other.get(link)).status_code == 404


async def books(here: Installation, mira: Person, told: Seen) -> None:
    """Hold a time, book it, move it, and cancel; each time a calendar file comes along."""
    first, other = told.labels[:2]
    await mira.presses(first, channel=here.circle)
    await hears(mira, f"Kept for you for 10 minutes: **{first}, Room 3**", here.circle)
    booked = await changes(here, mira, "Book it", f"Booked: **{first}")
    await mira.presses("Move", channel=here.circle)
    await hears(mira, "Move it to:", here.circle)
    moved = await changes(here, mira, other, f"Moved. Your appointment is now: **{other}")
    await mira.presses("Cancel appointment", channel=here.circle)
    await hears(mira, "Cancel it?", here.circle)
    gone = await changes(here, mira, "Yes, cancel it", f"Cancelled: {other}")
    assert booked["UID"] == moved["UID"] == gone["UID"]
    count = [int(str(event["SEQUENCE"])) for event in (booked, moved, gone)]
    assert count[0] < count[1] < count[2]
    assert booked.start < moved.start
    assert gone["STATUS"] == "CANCELLED"


async def changes(here: Installation, mira: Person, label: str, words: str) -> icalendar.Event:
    """Press a button, and open the calendar file that comes with the answer."""
    await mira.presses(label, channel=here.circle)
    await hears(mira, words, here.circle)
    seen = await hears(mira, "Open this file to", here.circle)
    assert seen.ephemeral
    assert seen.file_name.endswith(".ics")
    assert "Crohn" not in seen.file.decode()
    (event,) = icalendar.Calendar.from_ical(seen.file).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


async def publishes(here: Installation, ito: Person) -> None:
    """A clinician writes, a second person approves, the group reads, and it is taken back."""
    await writes(here, ito, "A short walk each day can help with tiredness.")
    await hears(ito, "waits for a second person", here.team)
    await staff_hear(here, "To approve: a tip by Dr Ito")
    assert TITLE not in " ".join(ito.reads(here.circle))
    await ito.presses("Approve", channel=here.team)
    await hears(ito, "A second person has to approve what you wrote.", here.team)
    await here.owner.presses("Approve", channel=here.team)
    shown = await ito.hears(TITLE, channel=here.circle, seconds=PATIENCE)
    assert f"](<{SOURCE}>)" in shown.words
    await ito.hears("was approved", ever=True, seconds=PATIENCE)
    await ito.runs(here.team, "posts")
    await hears(ito, "Written by you", here.team)
    await ito.presses(f"Recall: {TITLE}", channel=here.team)
    await hears(ito, "This cannot be undone.", here.team)
    await ito.presses("Recall it", channel=here.team)
    await ito.hears("This post was recalled.", channel=here.circle, seconds=PATIENCE)
    assert TITLE not in " ".join(ito.reads(here.circle))


async def writes(here: Installation, ito: Person, body: str) -> None:
    """Fill in the two pages of a post."""
    assert (await ito.runs(here.team, "post")).kind == "modal"
    await fills(ito, kind="Tip", title=TITLE, body=body, url=SOURCE)
    await hears(ito, "Page 1 of 2 is kept.", here.team)
    assert (await ito.presses("Go on to page 2", channel=here.team)).kind == "modal"
    await fills(ito, source="A journal")


async def despairs(here: Installation, ito: Person) -> None:
    """Words of crisis in a form bring the helpline at once, before it is filled in."""
    assert (await ito.runs(here.team, "post")).kind == "modal"
    await fills(ito, kind="Tip", title="A hard week", body=DESPAIR, url=SOURCE)
    assert (await hears(ito, HELPLINE, here.team)).ephemeral
    await hears(ito, "Page 1 of 2 is kept.", here.team)
    await ito.presses("Cancel", channel=here.team)
    await hears(ito, "Nothing was sent", here.team)


async def is_in_danger(here: Installation, tomas: Person) -> None:
    """Words of crisis bring the helpline, wherever they stand, and nothing is taken away."""
    said = tomas.says(here.circle, DESPAIR)
    await hears(tomas, HELPLINE)
    alert = await staff_hear(here, "may be in crisis")
    assert said.text in [seen.text for seen in here.owner.sees(here.circle)]
    await here.owner.presses("I have seen it", channel=here.team, message=alert)
    await tomas.hears("has seen that you may need help", ever=True, seconds=PATIENCE)
    before = tomas.reads(here.circle)
    await tomas.runs(here.circle, "ask", question="how can I end my life")
    assert (await hears(tomas, HELPLINE, here.circle)).ephemeral
    await until(lambda: " ".join(here.owner.reads(here.team)).count("may be in crisis") == 2)
    (helped,) = tomas.reads(here.circle)[len(before) :]  # and nothing beside it
    assert HELPLINE in helped


async def goes(here: Installation, tomas: Person) -> None:
    """Read what is held, and leave; the words in the room stay."""
    await tomas.runs(here.circle, "privacy")
    told = await hears(tomas, "What is held about you, and why", here.circle)
    assert "Tomas" in told.words
    assert "The bot does not read what you write in the rooms there." in told.words
    await tomas.runs(here.circle, "leave")
    sure = await hears(tomas, "Do you want to leave Crohn’s circle?", here.circle)
    await tomas.presses("Leave the group", message=sure)
    await tomas.hears("You have left Crohn’s circle.", ever=True, seconds=PATIENCE)
    await until(lambda: here.channels(tomas) == OUTSIDERS)
    assert tomas in here.guild
    assert DESPAIR in [seen.text for seen in here.owner.sees(here.circle)]


async def members(here: Installation, mira: Person, tomas: Person) -> None:
    """One comes by the clinic's page, takes no private messages; the other was in the server."""
    mira.closes_dms()
    code = await invites(here, label="from the ward", uses="2")
    await crosses(here, mira, code)
    await joins(here, tomas, code, "Tomas")
    await until(lambda: here.channels(tomas) == MEMBERS)
    await is_called(here, mira)
    await strangers(here, code)
    await talks(here, mira, tomas)
    await asks(here, mira, tomas)
    await points(here, mira, tomas)
    await books(here, mira, await escalates(here, mira))
    await is_ill(here, tomas)
    await is_in_danger(here, tomas)
    await goes(here, tomas)


async def team(here: Installation, ito: Person) -> None:
    invite = await here.service.json("invite", "new", "--role", "clinician")
    await joins(here, ito, invite["code"], "Dr Ito")
    await until(lambda: here.channels(ito) == TEAM)
    await publishes(here, ito)


def is_discreet(here: Installation) -> None:
    """What the bot writes about itself holds nobody's words, name or number, and no secret."""
    log = here.service.log
    assert "discord ready" in log
    posts = here.server.world.backend.messages.values()
    said = [one.content for channel in posts for one in channel.values()]
    words = {line for text in said for line in text.splitlines() if len(line) > 2}
    ids = {str(one.id) for one in here.people}
    names = {one.name for one in here.people} | {"Dr Ito"}
    secrets = {here.server.token, here.server.client_secret}
    assert [one for one in words | ids | names | secrets if one in log] == []


@pytest.mark.parametrize("kind", [Indoors, Service])
async def test_the_main_job_from_the_first_day_to_a_farewell(
    tmp_path: Path, kind: type[Service]
) -> None:
    """What different people do side by side takes less time."""
    async with installation(tmp_path, kind) as here:
        code = await opens(here)
        await here.adds_bot()
        await claims(here, code)
        mira, tomas, ito = map(here.meets, ("Mira", "Tomas", "Kenji"))
        for person in (tomas, ito):
            here.server.join(here.guild, person)
        await asyncio.gather(team(here, ito), members(here, mira, tomas))
        await despairs(here, ito)
        await here.server.quiet(seconds=PATIENCE, still=1.2)
        assert (await here.service.json("outbox", "list"))["dead"] == []
        assert here.server.violations == []
        assert here.server.unanswered == 0
        if kind is Service:
            await here.service.stop()
            is_discreet(here)
