-- Business Center. Every table here is filled from the log; constraints hold what a rule or a second process may overlook.

CREATE TABLE ad_accounts (
    id TEXT PRIMARY KEY,
    centre TEXT NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    zone TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    seq BIGINT NOT NULL
);
CREATE INDEX ad_accounts_of_centre ON ad_accounts (centre, name, id);

-- A member's role on an ad account; centre is the member's own, which owns the ad account or is its partner.
CREATE TABLE ad_roles (
    ad_account TEXT NOT NULL,
    centre TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (ad_account, person, centre)
);
CREATE INDEX ad_roles_of_member ON ad_roles (centre, person);

-- What was promised with an invitation; worth what the invitation is.
CREATE TABLE ad_role_promises (
    invitation TEXT NOT NULL,
    ad_account TEXT NOT NULL,
    centre TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (invitation, ad_account)
);

CREATE TABLE partnerships (
    id TEXT PRIMARY KEY,
    centre TEXT NOT NULL,
    partner TEXT NOT NULL,
    standing TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    seq BIGINT NOT NULL
);
CREATE UNIQUE INDEX partnerships_once ON partnerships (centre, partner) WHERE standing IN ('asked', 'in_force');
CREATE INDEX partnerships_of_centre ON partnerships (centre, standing);
CREATE INDEX partnerships_of_partner ON partnerships (partner, standing);

CREATE TABLE shares (
    ad_account TEXT NOT NULL,
    centre TEXT NOT NULL,
    partner TEXT NOT NULL,
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (ad_account, partner)
);
CREATE INDEX shares_with ON shares (partner, centre);

CREATE TABLE asset_groups (
    id TEXT PRIMARY KEY,
    centre TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX asset_groups_of_centre ON asset_groups (centre, name, id);
CREATE TABLE asset_group_ad_accounts (
    asset_group TEXT NOT NULL,
    ad_account TEXT NOT NULL,
    PRIMARY KEY (asset_group, ad_account)
);
CREATE TABLE asset_group_members (
    asset_group TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (asset_group, person)
);

-- A request's code: asked, taken up by the first owner who scans it, answered, withdrawn or expired.
CREATE TABLE access_requests (
    id TEXT PRIMARY KEY,
    centre TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    scopes BIGINT NOT NULL,
    -- Which account was asked for, which the code is bound to, and which was granted.
    account TEXT,
    granted TEXT,
    digest TEXT NOT NULL,
    owner TEXT,
    standing TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    seq BIGINT NOT NULL
);
CREATE UNIQUE INDEX access_requests_by_digest ON access_requests (digest);
CREATE INDEX access_requests_of_centre ON access_requests (centre, standing, asked_at);
CREATE INDEX access_requests_of_owner ON access_requests (owner, standing);
CREATE INDEX access_requests_open ON access_requests (standing, closes_at);

CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    centre TEXT NOT NULL,
    account TEXT NOT NULL,
    owner TEXT NOT NULL,
    scopes BIGINT NOT NULL,
    standing TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    since BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    ended_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    seq BIGINT NOT NULL
);
-- A centre holds an account once.
CREATE UNIQUE INDEX grants_once ON grants (centre, account) WHERE standing = 'in_force';
CREATE INDEX grants_of_centre ON grants (centre, standing, since, id);
CREATE INDEX grants_of_account ON grants (account, standing);
CREATE INDEX grants_of_owner ON grants (owner, standing, since, id);

CREATE TABLE assignments (
    centre TEXT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    scopes BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (centre, account, person)
);
CREATE INDEX assignments_of_member ON assignments (centre, person, account);

CREATE TABLE account_uses (
    centre TEXT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    scope TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (account, centre, person, scope)
);

-- A person's own TikTok-for-Business link to an account of the creator they sign in for.
CREATE TABLE own_links (
    account TEXT NOT NULL,
    owner TEXT NOT NULL,
    person TEXT NOT NULL,
    scopes BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (account, person)
);
CREATE INDEX own_links_of_person ON own_links (person);

-- Posts that ads may show; a post that is not here is switched off.
CREATE TABLE ad_posts (
    account TEXT NOT NULL,
    post TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (account, post)
);

CREATE TABLE authorisations (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    owner TEXT NOT NULL,
    post TEXT NOT NULL,
    digest TEXT NOT NULL,
    days BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended TEXT NOT NULL,
    seq BIGINT NOT NULL
);
CREATE UNIQUE INDEX authorisations_by_digest ON authorisations (digest);
CREATE INDEX authorisations_of_owner ON authorisations (owner, made_at, id);
CREATE INDEX authorisations_of_post ON authorisations (account, post);
CREATE TABLE authorisation_uses (
    authorisation TEXT NOT NULL,
    ad_account TEXT NOT NULL,
    centre TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (ad_account, authorisation)
);

CREATE TABLE identities (
    id TEXT PRIMARY KEY,
    ad_account TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX identities_of_ad_account ON identities (ad_account, made_at, id);

CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,
    ad_account TEXT NOT NULL,
    centre TEXT NOT NULL,
    name TEXT NOT NULL,
    objective TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX campaigns_of_ad_account ON campaigns (ad_account, made_at, id);
CREATE TABLE ad_groups (
    id TEXT PRIMARY KEY,
    campaign TEXT NOT NULL,
    ad_account TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX ad_groups_of_campaign ON ad_groups (campaign, made_at, id);
CREATE TABLE ads (
    id TEXT PRIMARY KEY,
    ad_group TEXT NOT NULL,
    ad_account TEXT NOT NULL,
    centre TEXT NOT NULL,
    account TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    item_kind TEXT NOT NULL,
    item TEXT NOT NULL,
    road TEXT NOT NULL,
    authorisation TEXT,
    made_by TEXT NOT NULL,
    -- Whose right it rests on: who made it, or who resumed it last.
    rests_on TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    because TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    seq BIGINT NOT NULL
);
CREATE INDEX ads_of_ad_account ON ads (ad_account, made_at, id);
CREATE INDEX ads_of_group ON ads (ad_group, made_at, id);
CREATE INDEX ads_of_account ON ads (account, state, centre);
CREATE INDEX ads_of_owner ON ads (owner, made_at, id);
CREATE INDEX ads_of_centre_member ON ads (centre, rests_on, state);
CREATE INDEX ads_of_member ON ads (rests_on, state);
CREATE INDEX ads_of_authorisation ON ads (authorisation, state);

-- What happened in a centre, in its members' terms: who, what, when.
CREATE TABLE centre_changes (
    centre TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    activity TEXT NOT NULL,
    event TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (centre, seq)
);
CREATE INDEX centre_changes_by_time ON centre_changes (centre, activity, at);

-- The secrets of codes that can still be shown, each sealed; no part of the log, and gone when the request is over.
CREATE TABLE access_request_codes (
    request TEXT PRIMARY KEY,
    sealed TEXT NOT NULL
);
