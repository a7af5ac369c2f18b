-- A database as the first schema's last collector left it: `.dump` after 26 posts, two of them revisions.
BEGIN TRANSACTION;
CREATE TABLE answers (
    survey              TEXT NOT NULL,
    id                  TEXT NOT NULL, -- UUID, made in the browser: the idempotency key
    rev                 INTEGER NOT NULL,
    complete            INTEGER NOT NULL, -- 0 while a comment may still follow
    touchpoint          TEXT NOT NULL,
    score               INTEGER NOT NULL,
    comment             TEXT,
    contact_allowed     INTEGER NOT NULL,
    contact_how         TEXT,
    customer            TEXT,
    properties          TEXT NOT NULL, -- a JSON object of texts
    language            TEXT,
    wording             TEXT,
    answered_at         INTEGER NOT NULL, -- by the collector's clock
    first_received_at   INTEGER NOT NULL, -- of the first revision that came in
    last_received_at    INTEGER NOT NULL, -- of the revision that is kept
    PRIMARY KEY (survey, id)
) STRICT;
INSERT INTO "answers" VALUES('order-2','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0000',1,1,'post-login',0,NULL,1,'a0@shop.example','klant-0','{"agent":"7","plan":"groß"}',NULL,NULL,1795781570344,1795781570344,1795781570344);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0001',1,1,'delivery',1,'Réponse 1: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795691570361,1795781570361,1795781570361);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0002',1,1,'a',2,NULL,0,NULL,NULL,'{}',NULL,NULL,1795601570393,1795781570393,1795781570393);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0003',2,1,'delivery',10,'toch goed',0,NULL,NULL,'{}',NULL,NULL,1795781570737,1795781570397,1795781570737);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0004',1,1,'delivery',4,NULL,0,NULL,NULL,'{"agent":"7","plan":"groß"}',NULL,NULL,1795767170401,1795781570401,1795781570401);
INSERT INTO "answers" VALUES('order-2','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0005',1,1,'a',5,'Réponse 5: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795677170402,1795781570402,1795781570402);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0006',1,1,'post-login',6,NULL,1,NULL,'klant-6','{}',NULL,NULL,1795587170416,1795781570416,1795781570416);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0007',1,1,'delivery',7,'Réponse 7: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795497170439,1795781570439,1795781570439);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0008',1,1,'a',8,NULL,0,NULL,NULL,'{"agent":"7","plan":"groß"}',NULL,NULL,1795752770453,1795781570453,1795781570453);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0009',1,1,'post-login',9,'Réponse 9: ''snel'' & "goed"
en 👍',1,'a9@shop.example','klant-9','{}','nl','3f2a9c1b',1795662770492,1795781570492,1795781570492);
INSERT INTO "answers" VALUES('order-2','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f000a',1,1,'delivery',10,NULL,0,NULL,NULL,'{}',NULL,NULL,1795572770495,1795781570495,1795781570495);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f000b',1,1,'a',0,'Réponse 11: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795482770506,1795781570506,1795781570506);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f000c',1,1,'post-login',1,NULL,1,'a12@shop.example','klant-12','{"agent":"7","plan":"groß"}',NULL,NULL,1795738370540,1795781570540,1795781570540);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f000d',1,1,'delivery',2,'Réponse 13: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795648370578,1795781570578,1795781570578);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f000e',1,1,'a',3,NULL,0,NULL,NULL,'{}',NULL,NULL,1795558370600,1795781570600,1795781570600);
INSERT INTO "answers" VALUES('order-2','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f000f',1,1,'post-login',4,'Réponse 15: ''snel'' & "goed"
en 👍',1,'a15@shop.example','klant-15','{}','nl','3f2a9c1b',1795468370640,1795781570640,1795781570640);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0010',1,1,'delivery',5,NULL,0,NULL,NULL,'{"agent":"7","plan":"groß"}',NULL,NULL,1795723970645,1795781570645,1795781570645);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0011',1,1,'a',6,'Réponse 17: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795633970673,1795781570673,1795781570673);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0012',1,1,'post-login',7,NULL,1,'a18@shop.example','klant-18','{}',NULL,NULL,1795543970707,1795781570707,1795781570707);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0013',1,1,'delivery',8,'Réponse 19: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795453970709,1795781570709,1795781570709);
INSERT INTO "answers" VALUES('order-2','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0014',1,1,'a',9,NULL,0,NULL,NULL,'{"agent":"7","plan":"groß"}',NULL,NULL,1795709570716,1795781570716,1795781570716);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0015',1,1,'post-login',10,'Réponse 21: ''snel'' & "goed"
en 👍',1,'a21@shop.example','klant-21','{}','nl','3f2a9c1b',1795619570721,1795781570721,1795781570721);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0016',1,1,'delivery',0,NULL,0,NULL,NULL,'{}',NULL,NULL,1795529570728,1795781570728,1795781570728);
INSERT INTO "answers" VALUES('account','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0017',1,1,'a',1,'Réponse 23: ''snel'' & "goed"
en 👍',0,NULL,NULL,'{}','nl','3f2a9c1b',1795439570733,1795781570733,1795781570733);
INSERT INTO "answers" VALUES('order-2','3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0001',5,0,'a',0,NULL,0,NULL,NULL,'{}',NULL,NULL,1795781570738,1795781570738,1795781570738);
CREATE INDEX answers_by_score ON answers (survey, touchpoint, score, answered_at);
CREATE INDEX answers_by_arrival ON answers (first_received_at, survey, id);
CREATE INDEX answers_of_survey_by_arrival ON answers (survey, first_received_at, id);
COMMIT;
PRAGMA user_version = 1;
