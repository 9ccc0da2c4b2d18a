-- Answers about permission, as they were given: a sample or all, as the packs say. Nothing is decided from here.
CREATE TABLE decision_log (
    id TEXT PRIMARY KEY,
    asked_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    asker TEXT NOT NULL,
    question TEXT NOT NULL,
    allowed BIGINT NOT NULL,
    answer TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX decision_log_by_time ON decision_log (asked_at, id);
CREATE INDEX decision_log_by_kind ON decision_log (kind, asked_at, id);
