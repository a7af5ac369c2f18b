-- A revision that doesn't name the comment, or the consent to be contacted, leaves those of an earlier one. Each
-- is the highest revision's that names it: this one's. NULL, from older collectors: that of rev.
ALTER TABLE answers ADD COLUMN comment_rev bigint, ADD COLUMN contact_rev bigint;
