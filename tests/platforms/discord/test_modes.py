from structlog.testing import capture_logs

from bot.platforms.discord import modes
from bot.settings import Discord, Settings


def test_whoever_starts_a_bot_that_reads_along_is_warned() -> None:
    with capture_logs() as logs:
        assert modes.warn(Settings(discord=Discord(content_mode=True)))
    assert [line["log_level"] for line in logs] == ["warning"]
    assert "reads every message" in logs[0]["event"]


def test_a_bot_that_does_not_read_along_says_nothing() -> None:
    with capture_logs() as logs:
        assert not modes.warn(Settings())
    assert logs == []
