-- Work on the answers of earlier versions that a collector does once, after the migration and while it serves.
CREATE TABLE tasks (
    site                TEXT NOT NULL,
    name                TEXT NOT NULL,
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;
