"""How ``study.db`` came to have the tables it has: steps that are only ever added, each bringing it one version on.

A new database takes all of them; an older one those it has not had. A step that was released never changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE articles (
    article_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, sha256 TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
    title TEXT, outlet TEXT, url TEXT, author TEXT, published TEXT, language TEXT,
    splitter TEXT NOT NULL, splitter_version TEXT NOT NULL, added_at TEXT NOT NULL
) STRICT;
CREATE TABLE sentences (
    sentence_id TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles, position INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
    UNIQUE (article_id, position)
) STRICT;

CREATE TABLE codebooks (
    hash TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, document TEXT NOT NULL, recorded_at TEXT NOT NULL
) STRICT;
CREATE TABLE rounds (
    round TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, decision TEXT NOT NULL,
    server_url TEXT, project_id INTEGER, watermark TEXT, newest_seen TEXT, pulled_at TEXT, created_at TEXT NOT NULL
) STRICT;
-- Codebook versions of a round, each in force from a moment of the server's clock on (NULL: from the start).
CREATE TABLE round_codebooks (
    round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL, hash TEXT NOT NULL REFERENCES codebooks,
    since TEXT, PRIMARY KEY (round, sequence)
) STRICT;
-- The ledger: which sentence is which item on the server, and how many annotators it is to have.
CREATE TABLE ledger (
    round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL, sentence_id TEXT NOT NULL REFERENCES sentences,
    annotators_wanted INTEGER NOT NULL, remote_id INTEGER, PRIMARY KEY (round, sentence_id), UNIQUE (round, remote_id)
) STRICT;

CREATE TABLE annotators (
    email TEXT PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, added_at TEXT NOT NULL
) STRICT;
CREATE TABLE round_annotators (
    round TEXT NOT NULL, email TEXT NOT NULL REFERENCES annotators, PRIMARY KEY (round, email)
) STRICT;
-- Which account on which server is whose; learnt from the server, and the only link between a number and a person.
CREATE TABLE accounts (
    server_url TEXT NOT NULL, user_id INTEGER NOT NULL, email TEXT NOT NULL, PRIMARY KEY (server_url, user_id)
) STRICT;

-- Every item a sweep has seen on the server, ours or not: what vanishes there is found by counting them.
CREATE TABLE items (
    round TEXT NOT NULL REFERENCES rounds, remote_id INTEGER NOT NULL, PRIMARY KEY (round, remote_id)
) STRICT;
-- One row per annotation ever seen; `version` points at the newest of its versions, `gone_at` says it vanished.
CREATE TABLE annotations (
    round TEXT NOT NULL REFERENCES rounds, annotation_id INTEGER NOT NULL, remote_id INTEGER NOT NULL,
    sentence_id TEXT, version INTEGER NOT NULL, digest TEXT NOT NULL, updated_at TEXT NOT NULL, gone_at TEXT,
    PRIMARY KEY (round, annotation_id)
) STRICT;
CREATE INDEX annotations_by_item ON annotations (round, remote_id);
CREATE TABLE annotation_versions (
    round TEXT NOT NULL, annotation_id INTEGER NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL,
    raw TEXT NOT NULL, updated_at TEXT NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (round, annotation_id, version), UNIQUE (round, annotation_id, digest)
) STRICT;
CREATE TABLE tombstones (
    round TEXT NOT NULL, annotation_id INTEGER NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (round, annotation_id, seen_at)
) STRICT;
"""

# What the server announces of each item is kept, so that a pull can end by comparing; numbers of annotations belong to
# one project, so that a round can be made anew in another one.
_RECONCILED = """
ALTER TABLE rounds ADD COLUMN project INTEGER NOT NULL DEFAULT 1;
-- When the last complete sweep began, by the server's clock and by ours: a clock that was set shows in them.
ALTER TABLE rounds ADD COLUMN server_asked_at TEXT;
ALTER TABLE rounds ADD COLUMN asked_at TEXT;

-- The projects a round had before the one it has now: what was pulled from them stays.
CREATE TABLE former_projects (
    round TEXT NOT NULL REFERENCES rounds, project INTEGER NOT NULL, server_url TEXT NOT NULL,
    project_id INTEGER NOT NULL, accounts TEXT NOT NULL, left_at TEXT NOT NULL, PRIMARY KEY (round, project)
) STRICT;

-- A sweep that was stopped goes on from here.
CREATE TABLE sweeps (
    round TEXT PRIMARY KEY REFERENCES rounds, project INTEGER NOT NULL, since TEXT, last INTEGER NOT NULL,
    newest TEXT, server_asked_at TEXT NOT NULL, asked_at TEXT NOT NULL
) STRICT;

CREATE TABLE items_2 (
    round TEXT NOT NULL REFERENCES rounds, project INTEGER NOT NULL, remote_id INTEGER NOT NULL,
    sentence_id TEXT, updated_at TEXT, n_annotations INTEGER, n_skips INTEGER,
    PRIMARY KEY (round, project, remote_id)
) STRICT;
INSERT INTO items_2 SELECT i.round, 1, i.remote_id, l.sentence_id, NULL, NULL, NULL
    FROM items i LEFT JOIN ledger l ON l.round = i.round AND l.remote_id = i.remote_id;
DROP TABLE items;
ALTER TABLE items_2 RENAME TO items;

CREATE TABLE annotations_2 (
    round TEXT NOT NULL REFERENCES rounds, project INTEGER NOT NULL, annotation_id INTEGER NOT NULL,
    remote_id INTEGER NOT NULL, sentence_id TEXT, version INTEGER NOT NULL, digest TEXT NOT NULL,
    updated_at TEXT NOT NULL, gone_at TEXT, PRIMARY KEY (round, project, annotation_id)
) STRICT;
INSERT INTO annotations_2
    SELECT round, 1, annotation_id, remote_id, sentence_id, version, digest, updated_at, gone_at FROM annotations;
DROP TABLE annotations;
ALTER TABLE annotations_2 RENAME TO annotations;
CREATE INDEX annotations_by_item ON annotations (round, project, remote_id);

CREATE TABLE annotation_versions_2 (
    round TEXT NOT NULL, project INTEGER NOT NULL, annotation_id INTEGER NOT NULL, version INTEGER NOT NULL,
    digest TEXT NOT NULL, raw TEXT NOT NULL, updated_at TEXT NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (round, project, annotation_id, version), UNIQUE (round, project, annotation_id, digest)
) STRICT;
INSERT INTO annotation_versions_2
    SELECT round, 1, annotation_id, version, digest, raw, updated_at, seen_at FROM annotation_versions;
DROP TABLE annotation_versions;
ALTER TABLE annotation_versions_2 RENAME TO annotation_versions;

CREATE TABLE tombstones_2 (
    round TEXT NOT NULL, project INTEGER NOT NULL, annotation_id INTEGER NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (round, project, annotation_id, seen_at)
) STRICT;
INSERT INTO tombstones_2 SELECT round, 1, annotation_id, seen_at FROM tombstones;
DROP TABLE tombstones;
ALTER TABLE tombstones_2 RENAME TO tombstones;

-- The one exception to 'nothing pulled is lost': what was erased where the law asks for it, as counts.
CREATE TABLE erasures (erased_at TEXT NOT NULL, n_annotations INTEGER NOT NULL, n_versions INTEGER NOT NULL) STRICT;
"""

# What no digest vouches for stands twice, in its table and in an index over all of it: `integrity_check` compares them.
_TWICE = """
CREATE INDEX meta_twice ON meta (key, value);
CREATE INDEX articles_twice ON articles (
    article_id, sequence, sha256, title, outlet, url, author, published, language, splitter, splitter_version
);
CREATE INDEX codebooks_twice ON codebooks (hash, name, version, document);
CREATE INDEX rounds_twice ON rounds (
    round, sequence, decision, server_url, project_id, watermark, newest_seen, project, server_asked_at, asked_at
);
CREATE INDEX round_codebooks_twice ON round_codebooks (round, sequence, hash, since);
CREATE INDEX former_projects_twice ON former_projects (round, project, server_url, project_id, accounts);
CREATE INDEX ledger_twice ON ledger (round, sequence, sentence_id, annotators_wanted, remote_id);
CREATE INDEX accounts_twice ON accounts (server_url, user_id, email);
CREATE INDEX annotations_twice ON annotations (
    round, project, annotation_id, remote_id, sentence_id, version, gone_at
);
"""

# A round whose project intercoder did not make: which fields of its items hold what, and what stands for what there.
_ADOPTED = """
CREATE TABLE adoptions (
    round TEXT PRIMARY KEY REFERENCES rounds, text_field TEXT NOT NULL, article_field TEXT, names TEXT NOT NULL
) STRICT;
CREATE INDEX adoptions_twice ON adoptions (round, text_field, article_field, names);
-- Which sentence each item of such a project is, for ever: one that comes back from a backup is the sentence it was.
CREATE TABLE adopted_items (
    round TEXT NOT NULL REFERENCES rounds, remote_id INTEGER NOT NULL, sentence_id TEXT NOT NULL REFERENCES sentences,
    PRIMARY KEY (round, remote_id)
) STRICT;
CREATE INDEX adopted_items_twice ON adopted_items (round, remote_id, sentence_id);
"""

# What the lead says of annotators, whom figures can then be divided by.
_ATTRIBUTES = """
CREATE TABLE annotator_attributes (
    email TEXT NOT NULL REFERENCES annotators, attribute TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (email, attribute)
) STRICT;
CREATE INDEX annotator_attributes_twice ON annotator_attributes (email, attribute, value);
"""

# Rounds in which people decide on the answers of another round. They are sent and pulled as every round is.
_ADJUDICATED = """
CREATE TABLE adjudications (
    round TEXT PRIMARY KEY REFERENCES rounds, of_round TEXT NOT NULL UNIQUE REFERENCES rounds, design TEXT NOT NULL
) STRICT;
CREATE INDEX adjudications_twice ON adjudications (round, of_round, design);
-- What is decided on, why it was asked, with what chance, and what of the coders' answers was shown when it was queued.
CREATE TABLE asked_again (
    round TEXT NOT NULL REFERENCES rounds, sentence_id TEXT NOT NULL REFERENCES sentences, question TEXT NOT NULL,
    because TEXT NOT NULL, chance REAL NOT NULL, shown TEXT NOT NULL, prefilled TEXT, queued_at TEXT NOT NULL,
    PRIMARY KEY (round, sentence_id, question)
) STRICT;
CREATE INDEX asked_again_twice ON asked_again (round, sentence_id, question, because, chance, shown, prefilled);
-- Answers all coders gave, taken over without being asked again: of the round that was coded, in the codes of that
-- version of its codebook. One whose category became several may be taken over anew under a later version.
CREATE TABLE agreed_answers (
    round TEXT NOT NULL REFERENCES rounds, sentence_id TEXT NOT NULL REFERENCES sentences, question TEXT NOT NULL,
    version INTEGER NOT NULL, value TEXT NOT NULL, accepted_at TEXT NOT NULL,
    PRIMARY KEY (round, sentence_id, question, version), FOREIGN KEY (round, version) REFERENCES round_codebooks
) STRICT;
CREATE INDEX agreed_answers_twice ON agreed_answers (round, sentence_id, question, version, value);
"""

# Sentences of a round whose answers are known in advance; not `planned`: they are in it for no other reason.
_GOLD = """
CREATE TABLE gold_sentences (
    round TEXT NOT NULL REFERENCES rounds, sentence_id TEXT NOT NULL REFERENCES sentences, planned INTEGER NOT NULL,
    PRIMARY KEY (round, sentence_id)
) STRICT;
CREATE INDEX gold_sentences_twice ON gold_sentences (round, sentence_id, planned);
"""

# Categories renamed, merged or split in a round that was coded: answers are read through every one of these, in order.
_MIGRATED = """
CREATE TABLE answer_migrations (
    round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL, from_hash TEXT NOT NULL REFERENCES codebooks,
    to_hash TEXT NOT NULL REFERENCES codebooks, codes TEXT NOT NULL, applied_at TEXT NOT NULL,
    PRIMARY KEY (round, sequence)
) STRICT;
CREATE INDEX answer_migrations_twice ON answer_migrations (round, sequence, from_hash, to_hash, codes);
-- Rounds in which a question is asked again, of the sentences where its category became several at that migration.
CREATE TABLE split_rounds (
    round TEXT PRIMARY KEY REFERENCES rounds, of_round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL,
    question TEXT NOT NULL, UNIQUE (of_round, sequence, question)
) STRICT;
CREATE INDEX split_rounds_twice ON split_rounds (round, of_round, sequence, question);
"""

# What became of rounds: ended (and taken back by deleting the row), or called otherwise. Every name a round ever had is
# its for ever; the first is in the mark of its project and in the ids of its annotations.
_ROUNDS_ENDED = """
CREATE TABLE round_endings (
    round TEXT NOT NULL REFERENCES rounds, ending TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (round, ending)
) STRICT;
CREATE INDEX round_endings_twice ON round_endings (round, ending);
CREATE TABLE round_names (
    name TEXT PRIMARY KEY, round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX round_names_twice ON round_names (name, round, sequence);
"""

# Annotators who are asked for nothing more, since when, and whether what they did until then counts.
_REMOVED = """
CREATE TABLE removals (
    email TEXT PRIMARY KEY REFERENCES annotators, answers TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX removals_twice ON removals (email, answers, at);
"""

# One annotator more where that can still change the label: what was planned, what was expected, how it stood before.
_ESCALATED = """
-- Labels are in the codes of that version of the round's codebook.
CREATE TABLE escalations (
    round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL, version INTEGER NOT NULL, design TEXT NOT NULL,
    planned_at TEXT NOT NULL, applied_at TEXT,
    PRIMARY KEY (round, sequence), FOREIGN KEY (round, version) REFERENCES round_codebooks
) STRICT;
CREATE INDEX escalations_twice ON escalations (round, sequence, version, design, applied_at);
-- A sentence has as many annotators more as were planned when so many had coded it in a way that counts.
CREATE TABLE escalated_sentences (
    round TEXT NOT NULL, sequence INTEGER NOT NULL, sentence_id TEXT NOT NULL REFERENCES sentences,
    wanted_before INTEGER NOT NULL, coded_before INTEGER NOT NULL, more INTEGER NOT NULL, gain REAL NOT NULL,
    PRIMARY KEY (round, sequence, sentence_id), FOREIGN KEY (round, sequence) REFERENCES escalations
) STRICT;
CREATE INDEX escalated_sentences_twice ON escalated_sentences (
    round, sequence, sentence_id, wanted_before, coded_before, more, gain
);
CREATE TABLE escalated_labels (
    round TEXT NOT NULL, sequence INTEGER NOT NULL, sentence_id TEXT NOT NULL, question TEXT NOT NULL,
    label TEXT, certainty REAL NOT NULL, gain REAL NOT NULL, change REAL NOT NULL,
    PRIMARY KEY (round, sequence, sentence_id, question),
    FOREIGN KEY (round, sequence, sentence_id) REFERENCES escalated_sentences
) STRICT;
CREATE INDEX escalated_labels_twice ON escalated_labels (
    round, sequence, sentence_id, question, label, certainty, gain, change
);
"""

# Files that stood in for the server: the last one of each round, and when the newest annotation in it was saved.
_PULLED_FILES = """
CREATE TABLE pulled_files (
    round TEXT PRIMARY KEY REFERENCES rounds, newest TEXT, pulled_at TEXT NOT NULL
) STRICT;
CREATE INDEX pulled_files_twice ON pulled_files (round, newest);
"""

_SIXTH = _ADJUDICATED + _GOLD + _MIGRATED + _ROUNDS_ENDED + _REMOVED + _ESCALATED + _PULLED_FILES

# While which a server showed annotators nothing but their own answers, by its clock and as it said; and the accounts
# that saw everybody's all the while, which are leads'.
_ENFORCED = """
CREATE TABLE blind_periods (
    server_url TEXT NOT NULL, began TEXT NOT NULL, last_seen TEXT NOT NULL, PRIMARY KEY (server_url, began)
) STRICT;
CREATE INDEX blind_periods_twice ON blind_periods (server_url, began, last_seen);
CREATE TABLE seeing_accounts (
    server_url TEXT NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (server_url, user_id)
) STRICT;
"""

STEPS = (_FIRST, _RECONCILED, _TWICE, _ADOPTED, _ATTRIBUTES, _SIXTH, _ENFORCED)
"""Step n (from 0) makes version n + 1 out of version n."""

VERSION = len(STEPS)
"""The schema version this program writes, as in SQLite's ``user_version``."""


def bring_up(connection: sqlite3.Connection, *, to: int | None = None) -> None:
    """Apply the steps the database has not had (up to version ``to``), inside the transaction that is open."""
    version, wanted = connection.execute("PRAGMA user_version").fetchone()[0], VERSION if to is None else to
    for step in STEPS[version:wanted]:
        for statement in _statements(step):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {wanted}")


def _statements(script: str) -> Iterator[str]:
    # `executescript` would commit what is open.
    collected = ""
    for line in script.splitlines(keepends=True):
        collected += line
        if sqlite3.complete_statement(collected):
            yield collected
            collected = ""
