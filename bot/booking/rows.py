"""Rows: change one only if it is still as expected, and know whether that was so."""

from typing import Any

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


async def change(
    db: AsyncSession,
    table: type[SQLModel],
    row_id: str,
    condition: ColumnElement[bool],
    values: dict[str, Any],
) -> bool:
    """Change one row if the condition holds, and tell whether it did."""
    statement = update(table).where(table.id == row_id, condition)  # type: ignore[attr-defined]
    return await changed(db, statement.values(**values))


async def changed(db: AsyncSession, statement: Any) -> bool:  # noqa: ANN401 - any update
    """Carry an update out and tell whether it found a row to change."""
    options = {"synchronize_session": False}
    result = await db.execute(statement, execution_options=options)
    return isinstance(result, CursorResult) and result.rowcount > 0
