import aiohttp
import discord
import pytest

from bot.errors import RetryLater, RoundtableError, Undeliverable
from bot.platforms.discord.refusals import GONE, Closed, Spent, understood


class _Answer:
    """What aiohttp tells of an answer, as far as discord.py's faults look at it."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status, self.reason, self.headers = status, "why", headers or {}


def refusal(
    status: int, code: int = 0, message: str = "", headers: dict[str, str] | None = None
) -> discord.HTTPException:
    answer = _Answer(status, headers)
    return discord.HTTPException(answer, {"code": code, "message": message})


def meant(fault: BaseException, done: frozenset[int] = frozenset()) -> RoundtableError | None:
    try:
        with understood(done):
            _raise(fault)
    except RoundtableError as meaning:
        return meaning
    return None


def _raise(fault: BaseException) -> None:
    raise fault


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (discord.RateLimited(7), 7),
        (refusal(429, headers={"Retry-After": "9"}), 9),
        (refusal(429, headers={"Retry-After": "soon"}), 5),
        (refusal(429, 20028), 5),
        (refusal(400, 30046), 60),
        (refusal(401), 60),
        (refusal(500), 2),
        (refusal(503, headers={"Retry-After": "30"}), 30),
        (TimeoutError(), 2),
        (aiohttp.ServerDisconnectedError(), 2),
        (ConnectionResetError(), 2),
        (RuntimeError("Session is closed"), 2),
    ],
)
def test_what_may_succeed_later_waits(fault: BaseException, seconds: float) -> None:
    meaning = meant(fault)
    assert isinstance(meaning, RetryLater)
    assert meaning.after == seconds


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10003, "channel is gone"),
        (10008, "message is gone"),
        (50001, "cannot see this channel"),
        (50013, "not allowed"),
        (50035, "Invalid Form Body"),
    ],
)
def test_what_never_succeeds_is_told_in_plain_words(code: int, words: str) -> None:
    meaning = meant(refusal(403, code, "Invalid Form Body\nIn content: what somebody wrote"))
    assert isinstance(meaning, Undeliverable)
    assert words in str(meaning)
    assert "somebody wrote" not in str(meaning)


def test_a_refusal_without_words_is_told_by_its_numbers() -> None:
    assert str(meant(refusal(418, 7))) == "Discord refused it: 418 (7)"


@pytest.mark.parametrize("code", [50007, 50278])
def test_who_takes_no_private_messages_is_not_the_end(code: int) -> None:
    assert isinstance(meant(refusal(403, code)), Closed)


@pytest.mark.parametrize(("code", "taken"), [(40060, True), (10062, False), (10015, False)])
def test_a_token_that_is_of_no_use_is_spent(code: int, taken: bool) -> None:
    meaning = meant(refusal(404, code))
    assert isinstance(meaning, Spent)
    assert meaning.taken is taken


def test_what_is_so_already_passes() -> None:
    assert meant(refusal(404, 10008), GONE) is None
    assert isinstance(meant(refusal(403, 50013), GONE), Undeliverable)


def test_a_bug_stays_a_bug() -> None:
    with pytest.raises(RuntimeError, match="ours"):
        meant(RuntimeError("ours"))
