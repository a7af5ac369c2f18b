-- Answers that came in more than a day after they were given. A page of a period looks for these here, and for all
-- others among those that came in on that day. `answers_late` did so with a month, and so read the arrivals of a
-- month; older collectors still use it.
CREATE INDEX answers_delayed ON answers (site, answered_at) WHERE received_at - answered_at > 86400000;
