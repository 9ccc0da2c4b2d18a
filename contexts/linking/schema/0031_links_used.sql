-- What a shop has used is counted from this index alone: invitations that nobody has accepted are not in it.
DROP INDEX links_in_window;
CREATE INDEX links_used ON links (shop, kind, standing, linked_at) WHERE linked_at IS NOT NULL;
