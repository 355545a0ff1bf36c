import asyncio
import json
import logging
import re

import pytest
import structlog

from bot import logs
from bot.settings import Log

FORMATS = pytest.mark.parametrize("form", ["text", "json"])


@pytest.fixture(autouse=True)
def restored() -> object:
    """Leave the logging of the other tests as it was."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    return err


def set_up(form: str, level: str = "info") -> None:
    logs.setup(Log.model_validate({"format": form, "level": level}))


@FORMATS
def test_what_happened_is_said_with_its_facts(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    set_up(form)
    structlog.get_logger("bot.x").info("ready", address="http://127.0.0.1:8080", kind="tick")
    said = lines(capsys)
    assert "ready" in said
    assert "http://127.0.0.1:8080" in said
    assert "tick" in said
    if form == "json":
        assert json.loads(said)["level"] == "info"


@FORMATS
def test_words_and_ids_of_people_are_left_out(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    set_up(form)
    log = structlog.get_logger("bot.x")
    log.warning("not sent", text="I am Ana", why="gone: telegram:@42", key="web:@abc#1")
    log.warning("page", path="/in/SECRET-token", other="/join/abcd-efgh")
    said = lines(capsys)
    assert not re.search(r"Ana|@42|@abc|SECRET|abcd", said)
    assert "gone: …" in said


@FORMATS
def test_an_error_names_its_kind_and_place_and_repeats_no_words(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    set_up(form)
    try:
        raise KeyError("words of Ana")  # noqa: TRY301 - as a handler would
    except KeyError as error:
        structlog.get_logger("bot.x").exception("event failed")
        logging.getLogger("elsewhere").warning("it failed", exc_info=error)
        logging.getLogger("elsewhere").exception("again")
    said = lines(capsys)
    assert said.count("KeyError") == 3
    assert "test_logs.py" in said
    assert "Ana" not in said


def test_quiet_levels_and_noisy_libraries_are_kept_down(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up("text", "warning")
    structlog.get_logger("bot.x").info("hello")
    set_up("text", "debug")
    structlog.get_logger("bot.x").debug("seen")
    logging.getLogger("sqlalchemy.engine").info("SELECT name")
    logging.getLogger("uvicorn.access").error("GET /in/token")
    said = lines(capsys)
    assert "hello" not in said
    assert "SELECT" not in said
    assert "GET" not in said
    assert "seen" in said


def test_a_trouble_without_an_error_is_only_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    logging.getLogger("elsewhere").error("no error %s", "here", exc_info=False)
    structlog.get_logger("bot.x").exception("nothing was raised")
    first, second = map(json.loads, lines(capsys).splitlines())
    assert first["event"] == "no error here"
    assert "fault" not in second


def test_what_a_stop_cut_short_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    logging.getLogger("apscheduler").error("a job ended", exc_info=asyncio.CancelledError())
    assert lines(capsys) == ""


def test_what_discords_library_repeats_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    token = "MTAwMDAwMDAwMDAwMDAwMDAw.test00.token-for-the-local-discord-server"
    set_up("text", "debug")
    logging.getLogger("discord.http").debug("POST /x with %s has returned 200", "words of Ana")
    logging.getLogger("discord.http").warning("We are being rate limited. /webhooks/1/key")
    logging.getLogger("discord.gateway").debug("WebSocket Event: %s", {"name": "Ana"})
    logging.getLogger("discord.gateway").warning("Shard ID 0 has stopped responding.")
    structlog.get_logger("bot.x").warning("not sent", why=f"Bot {token} is wrong")
    said = lines(capsys)
    assert not re.search("Ana|/key|local-discord", said)
    assert "Shard ID 0 has stopped responding." in said
