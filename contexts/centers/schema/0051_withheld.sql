-- From which ad accounts a centre withholds which of the accounts that it holds. Every other ad account is served.
CREATE TABLE withheld_accounts (
    centre TEXT NOT NULL,
    account TEXT NOT NULL,
    ad_account TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (centre, account, ad_account)
);
CREATE INDEX withheld_accounts_of_ad_account ON withheld_accounts (ad_account, centre);
