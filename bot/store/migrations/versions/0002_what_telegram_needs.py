"""What Telegram needs: long buttons, forms that are being asked, who can be reached, links."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telegram_button",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("press", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "telegram_talk",
        sa.Column("lookup", sa.String(), nullable=False),
        sa.Column("talk", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lookup"),
    )
    op.create_table(
        "telegram_person",
        sa.Column("lookup", sa.String(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lookup"),
    )
    op.create_table(
        "telegram_pass",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("lookup", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, column in (
        ("telegram_button", "created_at"),
        ("telegram_talk", "updated_at"),
        ("telegram_person", "updated_at"),
        ("telegram_pass", "created_at"),
        ("telegram_pass", "lookup"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def downgrade() -> None:
    for table in ("telegram_pass", "telegram_person", "telegram_talk", "telegram_button"):
        op.drop_table(table)
