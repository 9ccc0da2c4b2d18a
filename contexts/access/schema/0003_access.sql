-- Who there is. These tables are disposable: the log fills them again.
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    lang TEXT NOT NULL,
    zone TEXT NOT NULL,
    verified BIGINT NOT NULL,
    suspended BIGINT NOT NULL,
    second_factor BIGINT NOT NULL,
    signed_up_at BIGINT NOT NULL
);
CREATE TABLE orgs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    region TEXT NOT NULL,
    merchant TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    categories TEXT NOT NULL,
    opened_at BIGINT NOT NULL
);
CREATE INDEX orgs_kind ON orgs (kind, name_key, id);
CREATE TABLE members (
    org TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (org, user_id)
);
CREATE INDEX members_user ON members (user_id, org);
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    org TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    invited_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    standing TEXT NOT NULL,
    since BIGINT NOT NULL
);
CREATE INDEX invitations_org ON invitations (org, invited_at);
CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    org TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX api_tokens_org ON api_tokens (org, issued_at);

-- What proves who someone is. Never in the log, so never made again from it. Secrets are kept as digests only,
-- except a second factor's, which the house must read again and keeps sealed.
CREATE TABLE passwords (user_id TEXT PRIMARY KEY, hash TEXT NOT NULL, changed_at BIGINT NOT NULL);
CREATE TABLE second_factors (
    user_id TEXT PRIMARY KEY,
    sealed TEXT NOT NULL,
    enrolled BIGINT NOT NULL,
    last_step BIGINT NOT NULL
);
CREATE TABLE recovery_codes (user_id TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (user_id, digest));
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, seen_at);
CREATE TABLE devices (digest TEXT NOT NULL, user_id TEXT NOT NULL, seen_at BIGINT NOT NULL, PRIMARY KEY (digest, user_id));
CREATE TABLE token_secrets (digest TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, used_at BIGINT);
CREATE TABLE one_time_links (
    digest TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_links_subject ON one_time_links (purpose, subject);
CREATE INDEX one_time_links_end ON one_time_links (expires_at);
-- One row per try, written before the password is looked at, so that tries made at once all count.
CREATE TABLE tries (id TEXT PRIMARY KEY, bucket TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX tries_bucket ON tries (bucket, at);
CREATE INDEX tries_at ON tries (at);
