-- What people said about changes in the history. Each stands in the run directory of its change as
-- well (acceptances.jsonl), from where 'slablab reindex' brings it back. No reference to a run: what
-- was said stays when a run's rows are replaced.

CREATE TABLE acceptance (
  change_id   TEXT NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,                  -- gain, level or host
  suite       TEXT NOT NULL,
  host        TEXT NOT NULL,
  cell        TEXT NOT NULL,                  -- '' of a host
  variant     TEXT NOT NULL,                  -- '' of a level or a host
  metric      TEXT NOT NULL,                  -- '' of a host
  host_key    TEXT NOT NULL,
  run         TEXT NOT NULL,                  -- first of the new level
  started_at  TEXT NOT NULL,                  -- of that run
  change_log  DOUBLE PRECISION NOT NULL,      -- ln of the new level less ln of the old one; 0 of a host
  classified  TEXT NOT NULL,                  -- regression, improvement, environment, infrastructure, accepted
  reason      TEXT NOT NULL,
  accepted_by TEXT NOT NULL,
  accepted_at TEXT NOT NULL
);
