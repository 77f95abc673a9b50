"""The tables of a Pacer file, and the two numbers in its header that say it is one."""

from __future__ import annotations

from api.store.shapes import CHANGES

APPLICATION_ID = 0x50616365  # "Pace", in the header's application id
FIRST_VERSION = 1
SCHEMA_VERSION = FIRST_VERSION + len(CHANGES)  # in the header's user version

# `events` is keyed by event id first: ids are UUIDv7, so the inserts of one moment share the last pages of the tree,
# where a key that began with the learner would touch a page for each.
# `appends` takes a commit and the JSON list of its event ids, so that a whole group is a single statement.
# `documents` has one partial index for each declared field beside these; see documents.py.
SCHEMA = """
CREATE TABLE commits (
  position INTEGER PRIMARY KEY,
  learner_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (learner_id, seq)
);
CREATE TABLE events (
  event_id TEXT NOT NULL,
  learner_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (event_id, learner_id)
) WITHOUT ROWID;
CREATE VIEW appends AS SELECT learner_id, seq, body, '[]' AS event_ids FROM commits;
CREATE TRIGGER append INSTEAD OF INSERT ON appends BEGIN
  INSERT INTO commits (learner_id, seq, body) VALUES (NEW.learner_id, NEW.seq, NEW.body);
  INSERT INTO events (event_id, learner_id, seq) SELECT value, NEW.learner_id, NEW.seq FROM json_each(NEW.event_ids);
END;
CREATE TABLE snapshots (
  learner_id TEXT NOT NULL,
  fold_version INTEGER NOT NULL,
  day INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (learner_id, fold_version, day)
);
CREATE TABLE documents (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (kind, id)
);
"""
