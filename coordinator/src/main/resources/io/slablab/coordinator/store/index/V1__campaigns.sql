-- The index of campaigns: everything here is rebuilt from run directories by 'slablab reindex'.
-- The same text for SQLite and PostgreSQL. Times are ISO-8601 in UTC, so that they sort as text.
-- Shares and gains are fractions: 0.04 is 4 per cent up.

CREATE TABLE campaign (
  run          TEXT    NOT NULL PRIMARY KEY,  -- start and campaign id, the default folder's name
  campaign     TEXT    NOT NULL,
  suite        TEXT    NOT NULL,
  label        TEXT,
  tool_version TEXT    NOT NULL,
  seed         BIGINT  NOT NULL,
  started_at   TEXT    NOT NULL,
  ended_at     TEXT,
  outcome      TEXT    NOT NULL,              -- done, incomplete, interrupted or unfinished
  planned      INTEGER NOT NULL,              -- trials; planned = done + failed + missing
  done         INTEGER NOT NULL,
  failed       INTEGER NOT NULL,
  directory    TEXT    NOT NULL
);
CREATE INDEX campaign_by_suite ON campaign (suite, started_at);

CREATE TABLE host (
  run          TEXT NOT NULL REFERENCES campaign (run),
  host         TEXT NOT NULL,
  host_key     TEXT NOT NULL,                 -- results compare where it is equal; '' where not told
  hardware_key TEXT NOT NULL,
  boot_id      TEXT NOT NULL,
  noisy        TEXT NOT NULL,                 -- checks that found noise, by comma
  PRIMARY KEY (run, host)
);

CREATE TABLE cell (
  run       TEXT    NOT NULL REFERENCES campaign (run),
  host      TEXT    NOT NULL,
  cell      TEXT    NOT NULL,
  engine    TEXT    NOT NULL,
  workload  TEXT    NOT NULL,
  params    TEXT    NOT NULL,                 -- name=value by blank, in the workload's order
  layout    TEXT    NOT NULL,
  cores     INTEGER NOT NULL,
  cpus      TEXT    NOT NULL,
  memory    TEXT    NOT NULL,
  baseline  TEXT    NOT NULL,
  PRIMARY KEY (run, host, cell)
);

CREATE TABLE trial (
  run            TEXT    NOT NULL REFERENCES campaign (run),
  trial          TEXT    NOT NULL,
  host           TEXT    NOT NULL,
  cell           TEXT    NOT NULL,
  block          INTEGER NOT NULL,
  position       INTEGER NOT NULL,
  variant        TEXT    NOT NULL,
  status         TEXT    NOT NULL,
  reason         TEXT,
  started_at     TEXT,
  ended_at       TEXT,
  ops_per_second DOUBLE PRECISION,            -- mean of the measured intervals
  p99_ns         DOUBLE PRECISION,
  steal_share    DOUBLE PRECISION,            -- of the measured CPUs' time in the measured window
  foreign_share  DOUBLE PRECISION,
  warnings       TEXT    NOT NULL,            -- by line
  PRIMARY KEY (run, trial)
);

CREATE TABLE gain (
  run              TEXT    NOT NULL REFERENCES campaign (run),
  host             TEXT    NOT NULL,
  cell             TEXT    NOT NULL,
  variant          TEXT    NOT NULL,
  metric           TEXT    NOT NULL,
  unit             TEXT    NOT NULL,
  higher_is_better INTEGER NOT NULL,          -- 0 or 1
  simulated        INTEGER NOT NULL,
  blocks           INTEGER NOT NULL,
  baseline         DOUBLE PRECISION,
  treatment        DOUBLE PRECISION,
  gain             DOUBLE PRECISION,
  low              DOUBLE PRECISION,
  high             DOUBLE PRECISION,
  confidence       DOUBLE PRECISION NOT NULL,
  sd_log           DOUBLE PRECISION,
  mde              DOUBLE PRECISION,
  verdict          TEXT    NOT NULL,
  PRIMARY KEY (run, host, cell, variant, metric)
);
CREATE INDEX gain_series ON gain (host, cell, variant, metric);
