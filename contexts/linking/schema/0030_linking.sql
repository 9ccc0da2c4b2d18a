-- One row per agreement between a shop and an account, from its invitation to its end; `body` is the whole state.
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    shop TEXT NOT NULL,
    account TEXT NOT NULL,
    owner TEXT NOT NULL,
    standing TEXT NOT NULL,
    leaving BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    linked_at BIGINT,
    ended_at BIGINT,
    seq BIGINT NOT NULL,
    body TEXT NOT NULL
);
-- An account is linked to one shop at a time, whatever a rule or a second process may have overlooked.
CREATE UNIQUE INDEX links_one_shop_at_a_time ON links (account) WHERE standing = 'in_force';
CREATE UNIQUE INDEX links_one_open_invitation ON links (shop, account) WHERE standing = 'asked';
CREATE INDEX links_of_shop ON links (shop, standing, changed_at, id);
CREATE INDEX links_of_owner ON links (owner, standing, changed_at, id);
CREATE INDEX links_of_account ON links (account, ended_at);
CREATE INDEX links_in_window ON links (shop, kind, linked_at);
