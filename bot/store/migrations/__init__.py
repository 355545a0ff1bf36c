"""Alembic's folder: how it is run, and the steps."""
