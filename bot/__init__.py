"""Roundtable: one bot behind several doors for private, invite-only patient groups."""

__version__ = "0.1.0"
