from datetime import timedelta

import pytest

from bot.actions import Address, Admit, Send
from bot.app import NEUTRAL
from bot.events import Command
from bot.platforms import Status
from bot.safety import consent
from bot.settings import Discord
from bot.store import audit, groups, invites, people
from bot.store.groups import Group
from bot.store.people import Role
from tests.world import World

YES = {"name": "Ana", "consent": "yes"}


async def invite(world: World, role: Role = Role.MEMBER, uses: int = 1, label: str = "") -> str:
    async with world.db.write() as db:
        _, code = await invites.issue(
            db, world.group.id, role, now=world.clock.now(), uses=uses, label=label,
            expires_at=world.clock.now() + timedelta(days=7),
        )  # fmt: skip
    return code


async def uses(world: World) -> list[int]:
    async with world.db.read() as db:
        return [made.used for made in await invites.every(db, world.group.id)]


def done(world: World) -> Status:
    assert world.last is not None
    return world.last.status


def admitted(world: World) -> list[tuple[str, str, str]]:
    return [(a.to, a.who, a.name) for a in world.paper.done if isinstance(a, Admit)]


async def test_an_invite_asks_for_consent_and_a_name_and_lets_somebody_in(world: World) -> None:
    code = await invite(world)
    form = await world.says("ana", f"/join {code}")
    assert "What should people here call you?" in form
    assert "Not medical care" in form
    welcome = await world.answers("ana", name="Ana", consent="yes")
    assert "Welcome to Crohn’s circle, Ana" in welcome
    assert "/appointment" in welcome
    assert "[Give me a tip]" in welcome
    assert admitted(world) == [(world.room, "paper:@ana", "Ana")]
    assert "What you can do" in await world.presses("ana", "What can I do here?")


async def test_the_place_and_the_agreement_are_kept_and_the_code_is_used_up(world: World) -> None:
    code = await invite(world)
    await world.says("ana", f"/join {code}", form=YES)
    assert await uses(world) == [1]
    async with world.db.read() as db:
        person = await people.find(db, world.address("ana"))
        assert person is not None
        place = await people.membership(db, person.id, world.group.id)
        assert place is not None
        assert (place.role, place.consent_version) == ("member", consent.VERSION)
        entry = (await audit.every(db))[-1]
        assert (entry.action, entry.actor) == ("joined", person.id)
        assert code not in entry.model_dump_json()


async def test_a_code_may_be_typed_in_any_way(world: World) -> None:
    code = await invite(world)
    typed = code.upper().replace("-", " ")
    assert "Welcome" in await world.says("ana", f"/join {typed}", world.address("ana"), form=YES)


async def test_unknown_used_expired_and_revoked_codes_get_the_same_words(world: World) -> None:
    used, revoked = await invite(world), await invite(world)
    await world.says("bea", f"/join {used}", form={"name": "Bea", "consent": "yes"})
    async with world.db.write() as db:
        for made in await invites.every(db, world.group.id):
            if made.used == 0:
                await invites.revoke(db, world.group.id, made.id, world.clock.now())
    expired = await invite(world)
    world.clock.advance(days=8)
    codes = ["", "nonsense", "2222-2222-2222-2222", used, revoked, expired]
    for form in (None, YES):
        alone = world.address("eve")
        answers = [await world.says("eve", f"/join {code}", alone, form=form) for code in codes]
        assert set(answers) == {NEUTRAL}
        assert done(world) is Status.REFUSED


async def test_without_a_yes_nobody_comes_in(world: World) -> None:
    code = await invite(world)
    answer = await world.says("ana", f"/join {code}", form={"name": "Ana", "consent": "no"})
    assert "agree to it" in answer
    assert await uses(world) == [0]
    assert admitted(world) == []


@pytest.mark.parametrize("name", ["Admin", "Nurse Jane", "@everyone", "x" * 41, "🐻", " "])
async def test_a_name_that_cannot_be_used_is_told_and_the_code_stays_good(
    world: World, name: str
) -> None:
    code = await invite(world)
    await world.says("ana", f"/join {code}", form={"name": name, "consent": "yes"})
    assert done(world) is Status.REFUSED
    assert await uses(world) == [0]
    assert "Welcome" in await world.says("ana", f"/join {code}", form=YES)


async def test_nobody_can_take_the_name_of_the_team(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    code = await invite(world)
    answer = await world.says("eve", f"/join {code}", form={"name": "SÁM", "consent": "yes"})
    assert "clinic’s team is called that" in answer


async def test_a_name_is_shown_letter_by_letter(world: World) -> None:
    code = await invite(world)
    form = {"name": "*Ana* [x](y)", "consent": "yes"}
    welcome = await world.says("ana", f"/join {code}", form=form)
    assert r"\*Ana\* \[x\]\(y\)" in welcome


async def test_joining_twice_is_answered_politely(world: World) -> None:
    code = await invite(world)
    await world.says("ana", f"/join {code}", form=YES)
    again = await world.says("ana", f"/join {code}", form=YES)
    assert "You are in already" in again
    assert done(world) is Status.DONE
    assert await uses(world) == [1]


async def test_a_member_does_not_use_an_invite_up(world: World) -> None:
    await world.person("ana")
    code = await invite(world)
    assert "You are in already" in await world.says("ana", f"/join {code}")
    assert await uses(world) == [0]


async def test_the_team_hears_who_came_with_which_invite(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    await world.says("ana", f"/join {await invite(world, label='ward *3*')}", form=YES)
    heard = await world.says("sam", "/help", world.staff_room)
    assert r"Ana (member) joined with the invite “ward \*3\*”." in heard
    await world.says("bo", f"/join {await invite(world)}", form={"name": "Bo", "consent": "yes"})
    assert "Bo (member) joined by invite." in world.seen_by("sam", world.staff_room)


async def test_a_clinician_is_let_into_the_staff_room_too(world: World) -> None:
    code = await invite(world, Role.CLINICIAN)
    form = {"name": "Dr. Okafor", "consent": "yes"}
    welcome = await world.says("okafor", f"/join {code}", form=form)
    assert "as clinician" in welcome
    assert "[Give me a tip]" not in welcome
    assert [room for room, _, _ in admitted(world)] == [world.room, world.staff_room]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.OWNER, "type `/setup` with that code in the room"),
        (Role.CLINICIAN, "There is no staff room here"),
    ],
)
async def test_the_team_is_promised_no_staff_room_where_there_is_none(
    world: World, role: Role, words: str
) -> None:
    code = await invite(world, role)
    base = world.base("dr", Address("letter:@dr"), None) | {"user": Address("letter:@dr")}
    answers = {"name": "Dr. Okafor", "consent": "yes"}
    outcome = await world.hears(
        Command.model_validate(base | {"name": "join", "args": code, "answers": answers})
    )
    welcome = next(a for a in outcome.actions if isinstance(a, Send) and "Welcome" in a.text)
    assert words in welcome.text
    assert "staff room is open" not in welcome.text


async def test_somebody_who_left_comes_back_under_the_same_name(world: World) -> None:
    await world.person("ana")
    await world.says("ana", "/leave yes")
    code = await invite(world)
    form = await world.says("ana", f"/join {code}")
    assert "I have read this" in form
    assert "What should people" not in form
    assert "Welcome to Crohn’s circle, Ana" in await world.answers("ana", consent="yes")


async def test_an_invite_leads_to_its_own_group_from_wherever_it_is_typed(world: World) -> None:
    """A member of one group types an invite of another in the first one's room."""
    await world.person("ana")
    other = Address("paper:other")
    async with world.db.write() as db:
        db.add(
            Group(id="g2", slug="uc", title="UC", condition="crohns", created_at=world.clock.now())
        )
        await db.flush()
        await groups.add_room(db, "g2", other, groups.GROUP, world.clock.now())
        _, code = await invites.issue(
            db, "g2", Role.MEMBER, now=world.clock.now(),
            expires_at=world.clock.now() + timedelta(days=1),
        )  # fmt: skip
    await world.says("ana", f"/join {code}", form={"consent": "yes"})
    assert done(world) is Status.DONE
    assert [room for room, _, _ in admitted(world)] == [other]
    welcome = [a for a in world.paper.done if isinstance(a, Send) and "Welcome to UC" in a.text]
    assert [action.room for action in welcome] == [other]


async def test_the_welcome_needs_no_room(world: World) -> None:
    """A group without a room on this platform can still be joined."""
    code = await invite(world)
    base = world.base("ana", Address("letter:@ana"), None) | {"user": Address("letter:@ana")}
    event = base | {"name": "join", "args": code, "answers": dict(YES)}
    outcome = await world.hears(Command.model_validate(event))
    assert [a.room for a in outcome.actions if isinstance(a, Send) and a.to == base["user"]] == [
        None
    ]
    assert not any(isinstance(action, Admit) for action in outcome.actions)


async def test_a_changed_text_is_asked_again_before_anything_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person("ana")
    monkeypatch.setattr(consent, "VERSION", "2027-01")
    asked = await world.says("ana", "hello everybody")
    assert "Our text has changed" in asked
    assert done(world) is Status.HELD
    assert "Our text has changed" in await world.says("ana", "/timezone")
    assert "Everything works again" in await world.presses("ana", "I agree")
    assert "Your time zone" in await world.says("ana", "/timezone")
    async with world.db.read() as db:
        assert [entry.action for entry in await audit.every(db)][-1] == "agreed"


async def test_a_no_to_the_changed_text_leaves_the_way_out_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person("ana")
    monkeypatch.setattr(consent, "VERSION", "2027-01")
    await world.says("ana", "/timezone")
    refused = await world.presses("ana", "I do not agree")
    assert "it is fine" in refused
    assert "Our text has changed" in await world.says("ana", "/timezone")
    await world.says("ana", "/consent no")
    assert "Do you want to leave" in await world.presses("ana", "Leave the group")
    assert "You have left" in await world.presses("ana", "Leave the group")


async def test_the_text_can_be_read_again_and_is_no_strangers_business(world: World) -> None:
    await world.person("ana")
    assert "You agreed to this text" in await world.says("ana", "/consent")
    assert await world.says("eve", "/consent yes", world.address("eve")) == NEUTRAL


async def test_a_button_under_an_older_text_agrees_to_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person("ana")
    monkeypatch.setattr(consent, "VERSION", "2027-01")
    await world.says("ana", "/timezone")
    monkeypatch.setattr(consent, "VERSION", "2027-02")
    assert "Our text has changed" in await world.presses("ana", "I agree")
    assert "Our text has changed" in await world.says("ana", "/consent yes")
    assert "Everything works again" in await world.presses("ana", "I agree")


async def test_a_bot_that_comes_to_discord_asks_everybody_anew(world: World) -> None:
    await world.person("ana")
    discord = Discord(token="a-token-of-the-right-length-for-discord")
    world.bot.app.settings = world.bot.settings.model_copy(update={"discord": discord})
    assert "Discord’s own filter" in await world.says("ana", "/timezone")
    assert "Everything works again" in await world.presses("ana", "I agree")
    assert "Discord’s own filter" in await world.says("ana", "/consent")
    assert "text 2026-11-discord, on" in await world.says("ana", "/privacy")
