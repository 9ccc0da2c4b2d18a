-- Imports: the file as it was read until it is committed, then what became of it. Beside the log: what happened stands there.
CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    operator TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    state TEXT NOT NULL,
    choices TEXT NOT NULL,
    report TEXT NOT NULL,
    bad TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX imports_operator ON imports (operator, made_at, id);
