-- Answers that came in long after they were given, of which older collectors took any: a page of a period
-- looks for these here, and for all others among those that came in soon after it.
CREATE INDEX answers_late ON answers (site, answered_at) WHERE received_at - answered_at > 2678400000;
