"""What is kept: one file per noun, each with its tables and the queries on them.

Queries are functions that take the session; only the ring commits.
"""
