-- Webhook endpoints and notices. Disposable: the log fills them again.
CREATE TABLE endpoints (
    id TEXT PRIMARY KEY,
    org TEXT NOT NULL,
    url TEXT NOT NULL,
    types TEXT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    previous_until BIGINT,
    added_at BIGINT NOT NULL
);
CREATE INDEX endpoints_org ON endpoints (org, added_at);
CREATE TABLE notices (
    org TEXT NOT NULL,
    seq BIGINT NOT NULL,
    words TEXT NOT NULL,
    facts TEXT NOT NULL,
    link TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org, seq, words)
);

-- How far an organisation has read its notices, and what endpoints said. Not in the log, so never made again from it.
CREATE TABLE notices_read (org TEXT PRIMARY KEY, seq BIGINT NOT NULL);
CREATE TABLE webhook_attempts (
    delivery TEXT NOT NULL,
    at BIGINT NOT NULL,
    nth BIGINT NOT NULL,
    endpoint TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status BIGINT,
    took BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (delivery, at, nth)
);
CREATE INDEX webhook_attempts_endpoint ON webhook_attempts (endpoint, at);
