"""Stems: each word as SQLite's own full-text search sees it, so that both always agree."""

import sqlite3

_TOKENIZER = "porter unicode61 remove_diacritics 2"
TABLE = f"tokenize = '{_TOKENIZER}'"
_MAX_KEPT = 50_000


class Stems:
    """Turns words into stems (`flaring` and `flares` into `flare`) by asking FTS5."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use a connection for a small table of one word at a time."""
        self._db = db
        self._kept: dict[str, str] = {}
        db.execute(f"CREATE VIRTUAL TABLE temp.stem_word USING fts5(word, {TABLE})")
        db.execute("CREATE VIRTUAL TABLE temp.stem USING fts5vocab(temp, stem_word, instance)")

    def of(self, word: str) -> str:
        """Return the stem of one word."""
        if word not in self._kept:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            self._kept[word] = self._ask(word)
        return self._kept[word]

    def all(self, words: list[str]) -> list[str]:
        """Return the stems of words, in their order."""
        return [self.of(word) for word in words]

    def _ask(self, word: str) -> str:
        self._db.execute("INSERT INTO stem_word(rowid, word) VALUES (1, ?)", (word,))
        rows = self._db.execute("SELECT term FROM temp.stem ORDER BY offset").fetchall()
        self._db.execute("DELETE FROM stem_word WHERE rowid = 1")
        return str(rows[0][0]) if len(rows) == 1 else word
