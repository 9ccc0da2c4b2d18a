-- An account has at least as many posts as are known; houses from before counted them only on the account's own page.
UPDATE accounts SET posts_count = (SELECT COUNT(*) FROM account_posts WHERE account = accounts.id)
WHERE posts_count < (SELECT COUNT(*) FROM account_posts WHERE account = accounts.id);
