-- Accounts as lists, look-ups and other contexts' rules see them. All of it can be made again from the log.
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    claimed BIGINT NOT NULL,
    handle TEXT NOT NULL,
    handle_key TEXT NOT NULL,
    nickname TEXT NOT NULL,
    region TEXT NOT NULL,
    birth TEXT,
    stated_years BIGINT,
    stated_on TEXT,
    state TEXT NOT NULL,
    ecommerce TEXT NOT NULL,
    followers BIGINT NOT NULL,
    likes BIGINT NOT NULL,
    views BIGINT NOT NULL,
    engagement_bp BIGINT NOT NULL,
    posts_count BIGINT NOT NULL,
    brand_account BIGINT NOT NULL,
    categories TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    handle_changed_at BIGINT,
    nickname_changed_at BIGINT
);
-- Two handles that differ only in case or width are the same handle.
CREATE UNIQUE INDEX accounts_handle ON accounts (handle_key);
CREATE INDEX accounts_owner ON accounts (owner, id);
-- One index for each filter of the operator's list, each in the list's own order.
CREATE INDEX accounts_followers ON accounts (followers, id);
CREATE INDEX accounts_region ON accounts (region, followers, id);
CREATE INDEX accounts_state ON accounts (state, followers, id);
CREATE INDEX accounts_region_state ON accounts (region, state, followers, id);

-- What a search can begin with: whole names, starts of their words, and for scripts without spaces every character's rest.
CREATE TABLE account_names (key TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (key, account));

-- Codes with which creators claim imported accounts; the newest one counts.
CREATE TABLE account_claims (account TEXT PRIMARY KEY, digest TEXT NOT NULL, expires_at BIGINT NOT NULL);

-- Figures as of a day (days since 1970-01-01, UTC).
CREATE TABLE account_figures (
    account TEXT NOT NULL,
    day BIGINT NOT NULL,
    followers BIGINT NOT NULL,
    likes BIGINT NOT NULL,
    PRIMARY KEY (account, day)
);

-- What each source said last, as JSON, so that saying it again is seen to be nothing new.
CREATE TABLE account_sources (
    account TEXT NOT NULL,
    source TEXT NOT NULL,
    day BIGINT NOT NULL,
    stated TEXT NOT NULL,
    PRIMARY KEY (account, source)
);

CREATE TABLE account_posts (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    day BIGINT NOT NULL,
    title TEXT NOT NULL,
    hashtags TEXT NOT NULL,
    song TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    plays BIGINT NOT NULL,
    likes BIGINT NOT NULL,
    comments BIGINT NOT NULL,
    shares BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX account_posts_at ON account_posts (account, at, id);

CREATE TABLE account_lives (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    title TEXT NOT NULL,
    viewers BIGINT NOT NULL,
    likes BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);

-- What the word list found in posts and lives. A dismissed finding stays on the record and counts no more.
CREATE TABLE account_findings (
    account TEXT NOT NULL,
    post TEXT NOT NULL,
    topic TEXT NOT NULL,
    word TEXT NOT NULL,
    at BIGINT NOT NULL,
    dismissed BIGINT NOT NULL,
    PRIMARY KEY (account, post, topic, word)
);

CREATE TABLE account_violations (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    reason TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    closed_at BIGINT,
    outcome TEXT
);
CREATE INDEX account_violations_account ON account_violations (account, found_at);
