-- One row per ticket; `body` is its whole state. Filled from events only. `rank` and `due` are its place in the queue: the
-- higher rank first, then the earlier promise; without a promise `due` is the end of time.
CREATE TABLE tickets (
    id TEXT PRIMARY KEY,
    org TEXT NOT NULL,
    state TEXT NOT NULL,
    rank BIGINT NOT NULL,
    about TEXT NOT NULL,
    cause TEXT NOT NULL,
    due BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX tickets_of_org ON tickets (org, changed_at, id);
CREATE INDEX tickets_in_state ON tickets (state, changed_at, id);
CREATE INDEX tickets_in_queue ON tickets (state, rank, due, id);

-- What was said and done, one row per event of a ticket. Filled from events only.
CREATE TABLE ticket_entries (
    ticket TEXT NOT NULL,
    seq BIGINT NOT NULL,
    org TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (ticket, seq)
);
