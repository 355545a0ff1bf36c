"""Examine: what the doctor looks at on this machine, one part after the other.

Nothing is made, changed or sent, so all of it works while the bot runs.
"""

import os
import shutil
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import library
from bot.errors import ConfigError
from bot.platforms import Finding
from bot.settings import PREFIX, THIS_MACHINE, Settings, Site, is_zone
from bot.store import audit, events, groups, migrate, outbox, people
from bot.text import plural

if TYPE_CHECKING:
    from bot.store.db import Database
    from bot.store.vault import Vault

KEY_IN_ENVIRONMENT = f"{PREFIX}SECURITY__KEY"
OTHERS = 0o077
MEGABYTE = 1_000_000
TOO_LITTLE, LITTLE = 100 * MEGABYTE, 1_000 * MEGABYTE
BEHIND = timedelta(minutes=5)


def settings(known: Settings, source: Path) -> list[Finding]:
    """Look at the settings as a whole, and at who can read the secrets among them."""
    there = source.exists()
    read = f"{source} is read." if there else "There is no file of settings; defaults are used."
    found = [Finding("ok", read)]
    if known.security.key and not os.environ.get(KEY_IN_ENVIRONMENT):
        what = f"The master key stands in {source}."
        advice = f"Put it in a file of its own ([security] key_file), or in {KEY_IN_ENVIRONMENT}."
        found.append(Finding("wrong", what, advice))
    telegram, discord = known.telegram, known.discord
    secrets = (telegram.token, telegram.webhook_secret, discord.token, discord.client_secret)
    if there and any(secrets) and source.stat().st_mode & OTHERS:
        what = f"Others on this machine can read {source}, and it may hold a token or a secret."
        found.append(Finding("warn", what, f"Run: chmod 600 {source}"))
    return found


def open_vault(known: Settings) -> "Vault | None":
    """Return the vault of the configured key, if that can be used."""
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it

    try:
        return main.open_vault(known)
    except ConfigError:
        return None


def key(known: Settings) -> list[Finding]:
    """Look whether there is a master key, away from the database."""
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it

    try:
        main.open_vault(known)
    except ConfigError as problem:
        return [Finding("wrong", str(problem))]
    return [Finding("ok", "The master key is there, and not beside the database.")]


def is_ready(path: Path) -> bool:
    """Tell whether the database has the tables of this version of the program."""
    try:
        return migrate.current(path) == migrate.head()
    except sqlite3.Error:
        return False


def is_running(path: Path) -> bool:
    """Tell whether a bot runs on this database."""
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it

    if not path.with_suffix(".lock").exists():
        return False
    try:
        with main.only_one(path):
            return False
    except ConfigError:
        return True


def database(path: Path) -> list[Finding]:
    """Look whether the database opens, at which step it is, and who can read it."""
    if not path.exists():
        what = f"There is no database yet ({path})."
        return [Finding("warn", what, "It is made with the first group: roundtable group add.")]
    try:
        at = migrate.current(path)
    except sqlite3.Error as error:
        what = f"{path} cannot be read as a database: {error}."
        return [Finding("wrong", what, "Bring back a copy of it.")]
    found = [_step(at or "nothing", migrate.head())]
    if path.stat().st_mode & OTHERS:
        what = f"Others on this machine can read {path}."
        found.append(Finding("wrong", what, f"Run: chmod 600 {path}"))
    return found


def _step(at: str, head: str) -> Finding:
    if at == head:
        return Finding("ok", f"The database is at step {at}, as this program needs it.")
    if at == "nothing" or at < head:
        what = f"The database is at step {at}, and this program needs {head}."
        return Finding("warn", what, "The next start brings it up; or run: roundtable migrate")
    what = f"The database is at step {at}, which a newer program made; this one knows {head}."
    return Finding("wrong", what, "Run the newer program.")


async def rows(database: "Database") -> list[Finding]:
    """Look whether the key fits, time goes forward, and all that was to be sent was sent."""
    async with database.read() as db:
        try:
            await people.check_key(db)
        except ConfigError as problem:
            return [Finding("wrong", str(problem), "Find the key that this database began with.")]
        found = [Finding("ok", "The key opens what is in the database.")]
        if not await groups.every(db):
            what = "There is no group yet."
            found.append(Finding("warn", what, "Add one: roundtable group add SLUG --title …"))
        act = await audit.newest(db)
        dead, failed = len(await outbox.dead(db)), await events.failed(db)
    if act and act.at - datetime.now(UTC) > BEHIND:
        what = "This machine's clock is behind the newest row of the audit log."
        found.append(Finding("wrong", what, "Set the clock by NTP before the bot starts."))
    if dead:
        what = f"{plural(dead, 'message')} could not be sent."
        found.append(Finding("warn", what, "See why: roundtable outbox list"))
    if failed:
        what = f"{plural(len(failed), 'event')} could not be answered, the last on "
        what += f"{failed[-1].at:%Y-%m-%d %H:%M} UTC ({failed[-1].failure})."
        found.append(Finding("warn", what, "The log of that moment says where it went wrong."))
    return found


async def zones(database: "Database | None") -> list[Finding]:
    """Look whether this machine knows the time zones that are needed."""
    needed = {"Europe/London"}
    if database is not None:
        async with database.read() as db:
            needed |= {group.timezone for group in await groups.every(db)}
    if unknown := sorted(name for name in needed if not is_zone(name)):
        what = f"This machine does not know: {', '.join(unknown)}."
        return [Finding("wrong", what, "Install the package tzdata, or change the group's zone.")]
    return [Finding("ok", "The time zones are known.")]


def disk(path: Path) -> list[Finding]:
    """Look how much the database can still grow."""
    folder = next(one for one in path.resolve().parents if one.exists())
    free = shutil.disk_usage(folder).free
    what = f"{free // MEGABYTE:,} MB are free for the database."
    if free >= LITTLE:
        return [Finding("ok", what)]
    return [Finding("wrong" if free < TOO_LITTLE else "warn", what, "Make room.")]


def content(path: Path, today: date) -> list[Finding]:
    """Look whether the bot would start on the reviewed content."""
    problems = library.check(path, today=today)
    errors = [one for one in problems if one.severity == "error"]
    advice = "See which: roundtable library check"
    if errors:
        what = f"{plural(len(errors), 'error')} in {path}: the bot does not start."
        return [Finding("wrong", what, advice)]
    if problems:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        return [Finding("warn", f"{problems[0].reason}{more}.", advice)]
    return [Finding("ok", "The reviewed content is whole and signed.")]


def site(known: Site) -> list[Finding]:
    """Look whether people reach the page, and nobody reads along."""
    here = known.host in THIS_MACHINE
    if known.public_url.startswith("https://"):
        found = [Finding("ok", f"Browsers reach the page at {known.public_url}.")]
        if here and not known.behind_proxy:
            what = "behind_proxy is false, so all visitors look like one to the limits."
            advice = "Set [site] behind_proxy = true if a proxy on this machine is in front."
            found.append(Finding("warn", what, advice))
        return found
    advice = "Put a proxy with TLS in front and name its https:// address in [site] public_url."
    if here:
        return [Finding("warn", f"Only this machine can open {known.address}.", advice)]
    return [Finding("wrong", f"{known.address} is not encrypted: others can read along.", advice)]
