-- Work on the answers of earlier versions that a collector does once, after the migration and while it serves.
CREATE TABLE tasks (
    site                text COLLATE "C" NOT NULL,
    name                text COLLATE "C" NOT NULL,
    PRIMARY KEY (site, name)
);
