"""The whole main job on Telegram, from the owner's first day to a patient who leaves.

One dialogue, held twice: with the bot inside this process, and with `roundtable run` in its own,
under Telegram's own limits. Telegram is a Bot API server on a socket.
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
from bot.budget import Budget
from bot.platforms.telegram.platform import TelegramPlatform
from tests.platforms.telegram.clinic import FAST
from tests.platforms.telegram.first_day import (
    claims,
    comes_in,
    invites,
    lines,
    opens,
    staff_hear,
    strangers,
)
from tests.platforms.telegram.premises import (
    PATIENCE,
    Premises,
    fills,
    found,
    hears,
    premises,
    until,
)
from tests.platforms.telegram_server import Person, Seen
from tests.processes import Service
from tests.web.house import hidden

MEMBER = "Member: somebody who lives with the condition"
TITLE = "Walking and tiredness"
SOURCE = "https://example.org/walking"
HELPLINE = "You do not have to carry this alone"


@dataclass
class Indoors(Service):
    """The same installation with the bot inside this process, which need not wait for turns."""

    stack: AsyncExitStack = field(default_factory=AsyncExitStack, init=False)

    async def start(self) -> None:
        bot = await self.stack.enter_async_context(main.running(settings.load(None, self.settings)))
        for postman in bot.postmen:
            if isinstance(postman.platform, TelegramPlatform):
                postman.platform.desk.budget = Budget(FAST)

    async def stop(self) -> None:
        await self.stack.aclose()


async def talks(here: Premises, mira: Person) -> None:
    """What may stay stays; an address is taken out again, and its writer is told why."""
    mira.says(here.room, "Hello all, it is good to be here.")
    mira.says(here.room, "Write to me at mira@example.org")
    told = await hears(mira, "because it seems to hold an e-mail address")
    assert "Write to me at mira@example.org" in told.text  # the words come back to their writer
    await until(lambda: "Write to me at mira@example.org" not in lines(mira, here.room))
    assert "Hello all, it is good to be here." in lines(mira, here.room)


async def asks(here: Premises, mira: Person) -> None:
    """A question gets a cited answer in private, or none; nobody in the room sees either."""
    typed = "/ask can I eat fibre during a flare"
    mira.says(here.room, typed)
    answer = await hears(mira, "Can I eat fibre during a flare?")
    assert re.search(r'<a href="https://[^"]+">', answer.source)
    assert "Reviewed" in answer.text
    await until(lambda: typed not in lines(mira, here.room))
    mira.writes("who won the football world cup")
    await hears(mira, "nothing reviewed")
    mira.writes("/tip")
    await hears(mira, "Reviewed")


async def escalates(here: Premises, mira: Person) -> Seen:
    """Ask for an appointment in neutral words, and give the details on the clinic's page."""
    mira.writes("/appointment")
    await hears(mira, "Is any of these true for you now?")
    await mira.presses("No")
    await hears(mira, "What kind of help would you like?")
    await mira.presses("Routine appointment")
    told = await hears(mira, "You can pick a time now")
    ref = found(r"R-\w{5}", told.text)
    await staff_hear(here, f"{ref} is a new request.")
    link = (await mira.presses("Add details privately", message=told)).url
    assert link.startswith(here.site)
    await details(here.site, link)
    await staff_hear(here, f"Details were added to a request: {ref}")
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


async def books(mira: Person, told: Seen) -> None:
    """Hold a time, book it, move it, and cancel; each time a calendar file comes along."""
    first, other = told.labels[:2]
    await mira.presses(first)
    await hears(mira, f"Kept for you for 10 minutes: {first}, Room 3")
    await mira.presses("Book it")
    await hears(mira, f"Booked: {first}")
    booked = await calendar(mira, "add it to")
    await mira.presses("Move")
    await hears(mira, "Move it to:")
    await mira.presses(other)
    await hears(mira, f"Moved. Your appointment is now: {other}")
    moved = await calendar(mira, "add it to")
    await mira.presses("Cancel appointment")
    await hears(mira, "Cancel it?")
    await mira.presses("Yes, cancel it")
    await hears(mira, f"Cancelled: {other}")
    gone = await calendar(mira, "take it out of")
    assert booked["UID"] == moved["UID"] == gone["UID"]
    count = [int(str(event["SEQUENCE"])) for event in (booked, moved, gone)]
    assert count[0] < count[1] < count[2]
    assert booked.start < moved.start
    assert gone["STATUS"] == "CANCELLED"


async def calendar(who: Person, words: str) -> icalendar.Event:
    """Open the calendar file that comes with these words."""
    seen = await hears(who, words)
    assert seen.file_name.endswith(".ics")
    assert "Crohn" not in seen.file.decode()
    (event,) = icalendar.Calendar.from_ical(seen.file).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


async def publishes(here: Premises, ito: Person) -> None:
    """A clinician writes, a second person approves, the group reads, and it is taken back."""
    ito.writes("/post")
    answers = ("Tip", TITLE, "A short walk each day can help with tiredness.", SOURCE)
    await fills(ito, *answers, "A journal", "Skip")
    await hears(ito, "Is everything right?")
    await ito.presses("Send for review")
    await hears(ito, "waits for a second person")
    await staff_hear(here, "To approve: a tip by Dr Ito")
    assert TITLE not in " ".join(lines(ito, here.room))
    await ito.presses("Approve", chat=here.staff)
    await hears(ito, "A second person has to approve what you wrote.")
    await here.owner.presses("Approve", chat=here.staff)
    shown = await ito.hears(TITLE, chat=here.room, seconds=PATIENCE)
    assert f'<a href="{SOURCE}">' in shown.source
    await hears(ito, "was approved")
    ito.writes("/posts")
    await hears(ito, "Written by you")
    await ito.presses(f"Recall: {TITLE}")
    await hears(ito, "This cannot be undone.")
    await ito.presses("Recall it")
    await ito.hears("This post was recalled.", chat=here.room, seconds=PATIENCE)
    assert TITLE not in " ".join(lines(ito, here.room))


async def is_in_danger(here: Premises, tomas: Person) -> None:
    """Words of crisis bring the helpline, wherever they stand, and nothing is taken away."""
    tomas.says(here.room, "I want to die")
    await hears(tomas, HELPLINE)
    alert = await staff_hear(here, "may be in crisis")
    assert "I want to die" in lines(tomas, here.room)
    await here.owner.presses("I have seen it", chat=here.staff, message=alert)
    await hears(tomas, "has seen that you may need help")
    tomas.writes("/ask")
    await hears(tomas, "Your question")
    tomas.writes("how can I end my life")
    await hears(tomas, HELPLINE)
    await until(lambda: " ".join(here.owner.reads(here.staff)).count("may be in crisis") == 2)
    assert "nothing reviewed" not in " ".join(tomas.reads())
    assert "how can I end my life" in lines(tomas, tomas.talk)
    assert " ".join(tomas.reads()).count(HELPLINE) == 2  # once for each time


async def goes(here: Premises, tomas: Person) -> None:
    """Read what is held, and leave; the words in the room stay."""
    tomas.writes("/privacy")
    told = await hears(tomas, "What is held about you, and why")
    assert "Tomas" in told.text
    tomas.writes("/leave")
    sure = await hears(tomas, "Do you want to leave Crohn’s circle?")
    await tomas.presses("Leave the group", message=sure)
    await hears(tomas, "You have left Crohn’s circle.")
    await until(lambda: not here.room.member(tomas.user).present)
    assert not here.server.asked("banChatMember")
    assert "I want to die" in lines(here.owner, here.room)


async def patient(here: Premises, mira: Person) -> None:
    await talks(here, mira)
    await asks(here, mira)
    await books(mira, await escalates(here, mira))


async def member(here: Premises, tomas: Person) -> None:
    await is_in_danger(here, tomas)
    await goes(here, tomas)


async def team(here: Premises, ito: Person) -> None:
    invite = await here.service.json("invite", "new", "--role", "clinician")
    await comes_in(ito, here.door(invite["code"]), "Dr Ito", rooms=2)
    await publishes(here, ito)


async def members(here: Premises, mira: Person, tomas: Person) -> None:
    invite = await invites(here, MEMBER, uses=2)
    way, _ = await asyncio.gather(comes_in(mira, invite, "Mira"), comes_in(tomas, invite, "Tomas"))
    await asyncio.gather(strangers(here, invite, way), patient(here, mira), member(here, tomas))


def is_discreet(here: Premises) -> None:
    """What the bot writes about itself holds nobody's words, name or number, and no secret."""
    log = here.service.log
    assert "telegram ready" in log
    said = [post.words for chat in here.server.world.chats.values() for post in chat.posts.values()]
    words = {line for text in said for line in text.splitlines() if len(line) > 2}
    ids = {str(one.id) for one in here.people}
    names = {one.user.first_name for one in here.people} | {"Dr Ito"}
    secrets = {here.server.token, here.server.token.partition(":")[2]}
    assert [one for one in words | ids | names | secrets if one in log] == []


@pytest.mark.parametrize("kind", [Indoors, Service])
async def test_the_main_job_from_the_first_day_to_a_farewell(
    tmp_path: Path, kind: type[Service]
) -> None:
    """What different people do side by side takes less time."""
    async with premises(tmp_path, kind) as here:
        await claims(here, await opens(here))
        mira, tomas, ito = map(here.meets, ("Mira", "Tomas", "Kenji"))
        await asyncio.gather(team(here, ito), members(here, mira, tomas))
        await here.server.quiet(seconds=PATIENCE, still=1.2)
        assert (await here.service.json("outbox", "list"))["dead"] == []
        assert here.server.violations == []
        if kind is Service:
            await here.service.stop()
            is_discreet(here)
