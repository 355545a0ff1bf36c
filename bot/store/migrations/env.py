"""How alembic runs: on one SQLite file, in one transaction, with every table of the program."""

import importlib
import pkgutil
from typing import Literal

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import bot.store
from bot.store.db import Moment

for module in pkgutil.iter_modules(bot.store.__path__, "bot.store."):
    if not module.ispkg:
        importlib.import_module(module.name)
importlib.import_module("bot.platforms.web.tables")
importlib.import_module("bot.platforms.telegram.tables")
importlib.import_module("bot.platforms.discord.tables")


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column types in plain SQLAlchemy, so that a step never changes with them."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


engine = create_engine(str(context.config.get_main_option("sqlalchemy.url")), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
