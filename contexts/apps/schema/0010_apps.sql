-- Developer apps, and whom they may act for. These tables are disposable: the log fills them again.
CREATE TABLE apps (
    id TEXT PRIMARY KEY,
    org TEXT NOT NULL,
    name TEXT NOT NULL,
    redirects TEXT NOT NULL,
    scopes TEXT NOT NULL,
    tier TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    secret_since BIGINT NOT NULL,
    removed_at BIGINT,
    seq BIGINT NOT NULL
);
CREATE INDEX apps_of_org ON apps (org, registered_at, id);
CREATE INDEX apps_by_time ON apps (registered_at, id);
CREATE TABLE app_authorisations (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    person TEXT NOT NULL,
    orgs TEXT NOT NULL,
    scopes TEXT NOT NULL,
    authorised_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    taken_at BIGINT,
    revoked_at BIGINT,
    revoked_by TEXT NOT NULL
);
CREATE INDEX app_authorisations_of_person ON app_authorisations (person, authorised_at, id);
CREATE INDEX app_authorisations_of_app ON app_authorisations (app, authorised_at, id);

-- What proves which app it is and that someone let it act: digests only, never in the log, so never made again from it.
CREATE TABLE app_secrets (app TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE app_codes (digest TEXT PRIMARY KEY, authorisation TEXT NOT NULL UNIQUE);
CREATE TABLE app_tokens (digest TEXT PRIMARY KEY, authorisation TEXT NOT NULL UNIQUE, used_at BIGINT);
