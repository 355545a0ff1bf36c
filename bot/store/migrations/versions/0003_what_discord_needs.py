"""What Discord needs: long buttons, forms in steps, who can be reached, rooms, ways in."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _sealed(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _table(name: str, key: str, *columns: sa.Column[Any]) -> None:
    op.create_table(name, _text(key), *columns, sa.PrimaryKeyConstraint(key))


def upgrade() -> None:
    _table("discord_button", "token", _sealed("press"), _moment("created_at"))
    _table("discord_form", "token", _sealed("form"), _moment("updated_at"))
    _table(
        "discord_person",
        "lookup",
        sa.Column("reachable", sa.Boolean(), nullable=False),
        _moment("nudged_at", nullable=True),
        _moment("updated_at"),
    )
    _table(
        "discord_room",
        "address",
        _text("guild"),
        _text("role"),
        sa.Column("staff", sa.Boolean(), nullable=False),
        _text("seen"),
        _moment("secured_at", nullable=True),
        _moment("updated_at"),
    )
    _table("discord_sync", "name", _text("digest"), _moment("updated_at"))
    _table(
        "discord_passage",
        "lookup",
        _sealed("passage"),
        _moment("created_at"),
        _moment("used_at", nullable=True),
    )
    _table("discord_grant", "lookup", _sealed("grant"), _moment("expires_at"))
    for table, column in (
        ("discord_button", "created_at"),
        ("discord_form", "updated_at"),
        ("discord_person", "updated_at"),
        ("discord_room", "guild"),
        ("discord_passage", "created_at"),
        ("discord_grant", "expires_at"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def downgrade() -> None:
    for table in ("grant", "passage", "sync", "room", "person", "form", "button"):
        op.drop_table(f"discord_{table}")
