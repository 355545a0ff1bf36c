"""Logs: what the program writes about itself, without anybody's words and anybody's ids.

Everything goes to standard error, ours and the libraries', as text or one JSON object a line.
"""

import asyncio
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import Processor

from bot.settings import Log

# What could hold a person's words or say who they are, wherever it turns up.
PRIVATE = frozenset(
    (
        *("action", "answers", "args", "body", "chat", "code", "data", "email", "label"),
        *("message", "name", "phone", "reason", "text", "to", "token", "user", "who", "words"),
    )
)
# A link with a code or a token in it, a bot's token, the address of a person on any platform.
_SECRET = re.compile(
    r"(?<=/in/)[\w-]+|(?<=/join/)[\w-]+|\d{5,}:[\w-]{20,}|[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}"
    r"|\b[a-z]+:@[\w.-]+"
)
NOISY = (
    *("aiohttp", "aiosqlite", "alembic", "apscheduler", "asyncio"),
    *("discord", "httpx", "markdown_it", "sqlalchemy", "uvicorn"),
)
# They repeat what they could not read, or addresses with keys in them.
TELLTALE = ("discord.http", "discord.webhook", "telegram")
HIDDEN = "…"


def setup(settings: Log) -> None:
    """Send every log line to standard error in the configured form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_last(settings),
            ],
            foreign_pre_chain=_steps(),
        )
    )
    handler.addFilter(_is_no_stop)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in TELLTALE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Its lines hold the addresses of pages, and those hold codes.
    logging.getLogger("uvicorn.access").disabled = True
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_steps(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _is_no_stop(record: logging.LogRecord) -> bool:
    """Let all through but what a stop cut short: that is no fault, and comes again by itself."""
    return not isinstance(_error(record.exc_info), asyncio.CancelledError)


def _steps() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where,
        hide,
    ]


def _last(settings: Log) -> list[Processor]:
    if settings.format == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)]


def where(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its kind and the places it went through: its text could hold words.

    The database's own errors, for one, repeat the values that were to be stored.
    """
    given = line.pop("exc_info", None)
    line.pop("stack_info", None)
    error = sys.exc_info()[1] if given is True else _error(given)
    if error is not None:
        line["fault"] = type(error).__name__
        line["trace"] = _trace(error.__traceback__)
    return line


def _error(given: object) -> BaseException | None:
    if isinstance(given, tuple) and len(given) > 1:
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _trace(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def hide(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out what could hold words or ids of people, and black out codes in what is left."""
    for key in [key for key in line if key in PRIVATE]:
        line[key] = HIDDEN
    for key, value in line.items():
        if isinstance(value, str):
            line[key] = _SECRET.sub(HIDDEN, value)
    return line
