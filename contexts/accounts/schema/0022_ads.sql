-- What advertising asks of accounts and posts: who may not appear in ads, and which posts everyone can see.
ALTER TABLE accounts ADD COLUMN political BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account_posts ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public';
