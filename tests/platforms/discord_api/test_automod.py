import pytest

from tests.platforms.discord_api.automod import MENTION_SPAM
from tests.platforms.discord_api.maynot import Blocked
from tests.platforms.discord_api.parlour import Parlour

BLOCK = {"type": 1, "metadata": {"custom_message": "Please keep numbers private."}}


@pytest.fixture
def parlour() -> Parlour:
    return Parlour()


@pytest.mark.parametrize(
    ("keyword", "hit", "passed"),
    [
        ("cat", ["cat", "my CAT!", "a cat, a dog"], ["catch", "concat", "ca t"]),
        ("tra*", ["train", "TRADE it", "a tra"], ["extra", "orchestra"]),
        ("*tra", ["extra", "orchesTRA plays"], ["trade", "ultras"]),
        ("*cat*", ["location", "eduCation"], ["dog", "ca-t"]),
        ("the mat", ["on the mat."], ["the matrix", "breathe mat", "bathe mats"]),
        ("*café*", ["le cafés"], ["cafe"]),
    ],
)
def test_keywords_are_whole_words_unless_stars_say_otherwise(
    parlour: Parlour, keyword: str, hit: list[str], passed: list[str]
) -> None:
    parlour.rule(BLOCK, keyword_filter=[keyword])
    assert [text for text in hit if parlour.passes(text)] == []
    assert [text for text in passed if not parlour.passes(text)] == []


def test_patterns_are_matched_and_allowed_words_spared(parlour: Parlour) -> None:
    parlour.rule(
        BLOCK,
        keyword_filter=["*dog*"],
        regex_patterns=[r"\b\d{3}-\d{4}\b", r"(?i)nhs number\z"],
        allow_list=["hot dog*", "555-0000"],
    )
    assert not parlour.passes("call 555-1234")
    assert not parlour.passes("my NHS number")
    assert parlour.passes("my NHS number is secret")
    assert parlour.passes("two hot dogs at 555-0000")
    assert not parlour.passes("a hot dog for my dog")


def test_blocked_words_are_said_to_nobody_and_the_bot_hears_of_it(parlour: Parlour) -> None:
    alert = {"type": 2, "metadata": {"channel_id": str(parlour.desk.id)}}
    rule = parlour.rule(BLOCK, alert, keyword_filter=["secret"])
    with pytest.raises(Blocked, match=r"Please keep numbers private\.") as caught:
        parlour.ben.says(parlour.room, "a Secret here")
    assert (caught.value.message, caught.value.rule) == ("Please keep numbers private.", "Care")
    assert parlour.ana.sees(parlour.room) == []
    (seen,) = parlour.ana.sees(parlour.desk)
    assert (seen.kind, seen.author, seen.service) == (24, "Ben", False)
    assert "a Secret here" in seen.words
    assert [one["action"]["type"] for one in parlour.told] == [1, 2]
    told = parlour.told[1]
    assert (told["rule_id"], told["user_id"]) == (str(rule), str(parlour.ben.id))
    assert (told["matched_keyword"], told["matched_content"]) == ("secret", "Secret")
    assert told["alert_system_message_id"] == str(seen.id)
    assert "message_id" not in told


def test_what_is_not_blocked_is_said_and_reported(parlour: Parlour) -> None:
    alert = {"type": 2, "metadata": {"channel_id": str(parlour.desk.id)}}
    parlour.rule(alert, {"type": 3, "metadata": {"duration_seconds": 60}}, keyword_filter=["hm"])
    said = parlour.ben.says(parlour.room, "hm")
    assert {one["message_id"] for one in parlour.told} == {str(said.id)}
    assert [one["action"]["type"] for one in parlour.told] == [2, 3]
    with pytest.raises(Exception, match="lacks send_messages"):
        parlour.ben.says(parlour.room, "hello?")
    parlour.world.backend.advance_clock(61)
    assert parlour.passes("hello again")


def test_edits_are_judged_as_well(parlour: Parlour) -> None:
    alert = {"type": 2, "metadata": {"channel_id": str(parlour.desk.id)}}
    parlour.rule({"type": 1}, keyword_filter=["bad"])
    parlour.rule(alert, keyword_filter=["odd"])
    said = parlour.ben.says(parlour.room, "good")
    with pytest.raises(Blocked, match="blocked by the rule 'Care'"):
        parlour.ben.edits(said, "bad")
    parlour.ben.edits(said, "odd")
    assert [one.text for one in parlour.ana.sees(parlour.room)] == ["odd"]
    assert parlour.told[-1]["message_id"] == str(said.id)


def test_some_are_spared(parlour: Parlour) -> None:
    backend = parlour.world.backend
    team = backend.create_role(parlour.guild.id, "Team")
    parlour.rule(BLOCK, keyword_filter=["x"], exempt=(team.id, parlour.desk.id))
    thread = backend.create_thread(parlour.desk.id, "inside", parlour.ana.id)
    assert parlour.passes("x", parlour.desk)
    assert parlour.passes("x", thread)
    assert not parlour.passes("x")
    parlour.ana.says(parlour.room, "x")  # who runs the guild may say everything
    parlour.ben.writes("x")  # and in private there are no rules
    backend.add_member_role(parlour.guild.id, parlour.ben.id, team.id)
    assert parlour.passes("x")


def test_a_rule_that_is_off_or_of_another_kind_does_nothing(parlour: Parlour) -> None:
    rule = parlour.rule(BLOCK, keyword_filter=["x"])
    parlour.rule(BLOCK, kind=3)
    parlour.world.backend.edit_auto_mod_rule(parlour.guild.id, rule, {"enabled": False})
    assert parlour.passes("x")


def test_too_many_mentions_are_stopped(parlour: Parlour) -> None:
    parlour.rule(BLOCK, kind=MENTION_SPAM, mention_total_limit=2)
    assert parlour.passes("<@1> <@!1> <@&2>")
    assert not parlour.passes("<@1> <@2> <@&3>")
