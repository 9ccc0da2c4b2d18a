-- The log. Everything else that is marked disposable can be made again from it.
CREATE TABLE events (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    context TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    cause TEXT NOT NULL,
    pack TEXT NOT NULL,
    parties TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX events_subject ON events (subject, seq);

-- The chain's end. On PostgreSQL its row lock is the writers' turn.
CREATE TABLE head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL, at BIGINT NOT NULL);
INSERT INTO head (id, seq, hash, at) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0);

-- What the clock must do later. Written and cleared in the transaction of the event that implies it.
CREATE TABLE deadlines (
    context TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due BIGINT NOT NULL,
    PRIMARY KEY (context, kind, subject)
);
CREATE INDEX deadlines_due ON deadlines (due);

-- What must leave the house at least once: mail, webhooks.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    target TEXT NOT NULL,
    seq BIGINT NOT NULL,
    body TEXT NOT NULL,
    made BIGINT NOT NULL,
    due BIGINT,
    tries BIGINT NOT NULL,
    state TEXT NOT NULL,
    said TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (channel, due);
CREATE INDEX outbox_target ON outbox (target, made);

-- The first answer under a key, for whoever asks again.
CREATE TABLE idempotency (
    principal TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- Every pack that ever decided something, by its hash.
CREATE TABLE packs (hash TEXT PRIMARY KEY, first_used BIGINT NOT NULL, body TEXT NOT NULL);

-- One key per person, wrapped by the key file. Destroying a row erases the person's sealed events.
CREATE TABLE person_keys (person TEXT PRIMARY KEY, wrapped TEXT NOT NULL);

-- A proof made with the house's keys, so that other keys are noticed at the start and not at the first sealed event.
CREATE TABLE house (id BIGINT PRIMARY KEY, proof TEXT NOT NULL);
