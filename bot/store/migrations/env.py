"""How alembic runs: on one SQLite file, in one transaction, with every table of the program."""

import importlib
import pkgutil

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import bot.store

for module in pkgutil.iter_modules(bot.store.__path__, "bot.store."):
    if not module.ispkg:
        importlib.import_module(module.name)
importlib.import_module("bot.platforms.web.tables")

engine = create_engine(str(context.config.get_main_option("sqlalchemy.url")), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
