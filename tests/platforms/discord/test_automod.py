from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import RetryLater
from bot.platforms.discord import addresses, filters
from bot.platforms.discord.automod import MAY_NOT
from tests.platforms.discord.guardhouse import Guardhouse, guardhouse
from tests.platforms.discord_server import USUAL_PERMISSIONS, Blocked

CRISIS, CONTACT = "Roundtable: crisis, crohns", "Roundtable: contact"
MEDICINE = "Roundtable: medicine, crohns"
ADVICE = "You should stop taking your meds"
MANAGE_GUILD, MANAGE_THREADS = 1 << 5, 1 << 34
PRIVATE = 12  # Discord's number of the kind of thread


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Guardhouse]:
    """A server with one group and its team's room, before anything was given to it."""
    async with guardhouse(tmp_path) as made:
        await made.group("crohns", made.circle, staff=made.team)
        yield made


async def test_a_server_is_given_its_rules_once(here: Guardhouse) -> None:
    assert await here.sync() == []
    assert sorted(here.rules) == [CONTACT, CRISIS, MEDICINE]
    assert all(rule.enabled for rule in here.rules.values())
    written = len(here.server.asked("POST")) + len(here.server.asked("PATCH"))
    here.restarts()
    assert await here.sync() == []
    assert len(here.server.asked("POST")) + len(here.server.asked("PATCH")) == written
    assert await here.notes() == ["crohns filters set"]


async def test_a_phone_number_is_never_said_and_the_ring_hears_of_it(here: Guardhouse) -> None:
    await here.sync()
    with pytest.raises(Blocked) as blocked:
        here.ana.says(here.circle, "call me on 020 7946 0018")
    assert blocked.value.message == filters.BLOCKED
    (event,) = await here.flagged()
    assert event is not None
    assert (event.rule, event.blocked) == ("contact", True)
    assert event.chat == addresses.room(here.circle.id)
    assert event.user == addresses.person(here.ana.id)
    assert str(here.ana.id) not in event.id


@pytest.mark.parametrize(("words", "rule"), [("i want to die", "crisis"), (ADVICE, "medicine")])
async def test_what_must_be_heard_stays_and_the_team_sees_it(
    here: Guardhouse, words: str, rule: str
) -> None:
    await here.sync()
    said = here.ana.says(here.circle, words)
    assert said.id in [seen.id for seen in here.ana.sees(here.circle)]
    (alert,) = here.okafor.sees(here.team)
    assert words in alert.words
    (event,) = await here.flagged()
    assert event is not None
    assert (event.rule, event.blocked) == (rule, False)
    assert event.message == str(said.id) * bool(event.message)


async def test_the_same_alert_is_the_same_event(here: Guardhouse) -> None:
    await here.sync()
    here.ana.says(here.circle, "i want to die")
    await here.server.quiet()
    here.found *= 2
    first, second = await here.flagged()
    assert first is not None
    assert second is not None
    assert first.id == second.id


async def test_an_edit_is_looked_at_too(here: Guardhouse) -> None:
    await here.sync()
    said = here.ana.says(here.circle, "hello")
    with pytest.raises(Blocked):
        here.ana.edits(said, "write to ana@example.org")
    assert [event and event.rule for event in await here.flagged()] == ["contact"]


async def test_the_team_may_share_numbers_and_say_what_it_knows(here: Guardhouse) -> None:
    await here.sync()
    here.okafor.says(here.circle, f"The ward is on 020 7946 0018. {ADVICE}")
    assert await here.flagged() == []


async def test_nothing_is_looked_for_elsewhere(here: Guardhouse) -> None:
    await here.sync()
    for words in ("i want to die", "call me on 020 7946 0018", ADVICE):
        here.ana.says(here.lobby, words)
        here.okafor.says(here.team, words)
    assert await here.flagged() == []


async def test_a_thread_is_heard_as_its_channel(here: Guardhouse) -> None:
    await here.sync()
    thread = here.server.world.backend.create_thread(here.circle.id, "Beside", here.ana.id)
    here.ana.says(thread, "i want to die")
    (event,) = await here.flagged()
    assert event is not None
    assert event.chat == addresses.room(here.circle.id)


@pytest.mark.parametrize("may", [USUAL_PERMISSIONS, USUAL_PERMISSIONS & ~MANAGE_THREADS])
async def test_a_thread_that_the_bot_has_not_heard_of_is_looked_up(
    tmp_path: Path, may: int
) -> None:
    async with guardhouse(tmp_path, permissions=may) as here:
        await here.group("crohns", here.circle, staff=here.team)
        await here.sync()
        backend = here.server.world.backend
        backend.hushed = True
        thread = backend.create_thread(here.circle.id, "Beside", here.ana.id, type=PRIVATE)
        backend.hushed = False
        here.ana.says(thread, "i want to die")
        (event,) = await here.flagged()
        assert event is not None
        assert event.chat == addresses.room(here.circle.id)
        assert len(here.server.asked("GET", f"/channels/{thread.id}")) == 1


async def test_words_in_a_channel_that_is_not_ours_are_nothing_to_the_ring(
    here: Guardhouse,
) -> None:
    many = [here.server.channel(here.guild, f"ward-{number}") for number in range(60)]
    (problem,) = await here.sync()
    assert "nothing to do with a group" in problem
    here.ana.says(many[-1], "i want to die")
    assert await here.flagged() == [None]


async def test_what_is_found_before_the_first_look_is_heard(here: Guardhouse) -> None:
    await here.sync()
    here.restarts()
    here.ana.says(here.circle, "i want to die")
    (event,) = await here.flagged()
    assert event is not None
    assert event.rule == "crisis"


async def test_rules_of_the_clinic_are_left_alone(here: Guardhouse) -> None:
    backend = here.server.world.backend
    body = {
        "name": "Roundtable: of our own",
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {"keyword_filter": ["spam"]},
        "actions": [{"type": 1}],
    }
    theirs = backend.create_auto_mod_rule(here.guild.id, here.okafor.id, body)
    assert await here.sync() == []
    assert theirs.name in here.rules
    with pytest.raises(Blocked):
        here.ana.says(here.circle, "spam")
    with pytest.raises(Blocked):
        here.ana.says(here.circle, "more spam")
    asked = len(here.server.asked("GET", "auto-moderation"))
    assert await here.flagged() == [None, None]
    assert len(here.server.asked("GET", "auto-moderation")) == asked + 1
    assert [await here.automod.changed(one) for one in here.changes] == [False, True, True, True]


async def test_a_rule_that_somebody_changed_is_put_back_and_the_team_is_told(
    here: Guardhouse,
) -> None:
    await here.sync()
    here.changes.clear()
    here.server.world.backend.edit_auto_mod_rule(
        here.guild.id, here.rules[CRISIS].id, {"enabled": False, "name": "Off"}
    )
    await here.server.quiet()
    assert [await here.automod.changed(one) for one in here.changes] == [True]
    (problem,) = await here.sync()
    assert "I put it back" in problem
    assert here.rules[CRISIS].enabled
    assert "Off" not in here.rules
    assert await here.notes() == ["crohns filters set", "crohns filters repaired"]
    assert await here.sync() == []


async def test_a_rule_that_somebody_deleted_is_made_again(here: Guardhouse) -> None:
    await here.sync()
    here.server.world.backend.delete_auto_mod_rule(here.guild.id, here.rules[CONTACT].id)
    (problem,) = await here.sync()
    assert CONTACT in problem
    assert CONTACT in here.rules


async def test_a_new_channel_is_left_out_without_a_word_to_anybody(here: Guardhouse) -> None:
    await here.sync()
    garden = here.server.channel(here.guild, "garden")
    assert await here.sync() == []
    assert all(garden.id in map(int, rule.exempt_channels) for rule in here.rules.values())
    assert await here.notes() == ["crohns filters set"] * 2


async def test_without_a_staff_room_a_crisis_is_not_looked_for_and_that_is_said(
    tmp_path: Path,
) -> None:
    async with guardhouse(tmp_path) as here:
        await here.group("crohns", here.circle)
        (problem,) = await here.sync()
        assert "no staff room" in problem
        assert list(here.rules) == [CONTACT]


async def test_without_the_permission_that_is_said(tmp_path: Path) -> None:
    may = USUAL_PERMISSIONS & ~MANAGE_GUILD
    async with guardhouse(tmp_path, permissions=may) as here:
        await here.group("crohns", here.circle, staff=here.team)
        assert await here.sync() == [MAY_NOT]
        assert await here.notes() == []


async def test_a_server_with_six_rules_of_its_own_is_told_what_is_missing(
    here: Guardhouse,
) -> None:
    body = {"event_type": 1, "trigger_type": 1, "actions": [{"type": 1}]}
    for number in range(5):
        here.server.world.backend.create_auto_mod_rule(
            here.guild.id, here.okafor.id, body | {"name": f"Ours {number}"}
        )
    problems = await here.sync()
    assert CRISIS in here.rules
    assert CONTACT not in here.rules
    assert ["phone numbers" in problem for problem in problems] == [True, False]
    assert "unsafe advice" in problems[1]


async def test_what_discord_refuses_is_said_and_tried_again(here: Guardhouse) -> None:
    here.server.faults.next("POST", "auto-moderation", status=400, body={"code": 50035})
    (problem,) = await here.sync()
    assert CRISIS in problem
    assert await here.sync() == []
    assert sorted(here.rules) == [CONTACT, CRISIS, MEDICINE]
    assert await here.notes() == ["crohns filters set"]


async def test_trouble_on_the_way_is_for_later_and_makes_nothing_twice(here: Guardhouse) -> None:
    here.server.faults.next("POST", "auto-moderation", reset=True, done=True, times=9)
    with pytest.raises(RetryLater):
        await here.sync()
    here.server.faults.clear()
    assert await here.sync() == []
    made = [rule.name for rule in here.guild.made.auto_mod_rules.values()]
    assert sorted(made) == [CONTACT, CRISIS, MEDICINE]


async def test_a_room_that_is_ours_no_more_leaves_no_rules(here: Guardhouse) -> None:
    await here.sync()
    here.server.delete_channel(here.circle)
    here.server.faults.next("DELETE", "auto-moderation", status=404, done=True)
    assert await here.sync() == []
    assert here.rules == {}


async def test_a_server_that_the_bot_is_not_in_needs_nothing(here: Guardhouse) -> None:
    assert await here.automod.sync(1) == []


async def test_words_that_the_bot_reads_itself_are_not_told_twice(tmp_path: Path) -> None:
    async with guardhouse(tmp_path, content_mode=True) as here:
        await here.group("crohns", here.circle, staff=here.team)
        await here.sync()
        here.ana.says(here.circle, "i want to die")
        with pytest.raises(Blocked):
            here.ana.says(here.circle, "call me on 020 7946 0018")
        crisis, contact = await here.flagged()
        assert crisis is None
        assert contact is not None
