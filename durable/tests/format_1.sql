-- A file of format 1, as the last version of this crate that wrote it has left it: `.dump` of the SQLite shell.
PRAGMA page_size = 4096;
PRAGMA application_id = 0x44757261;
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
CREATE TABLE hub (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    format         INTEGER NOT NULL,
    epoch          INTEGER NOT NULL,
    closed_cleanly INTEGER NOT NULL,
    next_key       INTEGER NOT NULL
) STRICT;
INSERT INTO hub VALUES(1,1,1,1,4);
CREATE TABLE instance (
    iid           INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    version       TEXT,
    status        INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL,
    parent        TEXT,
    tags          TEXT,
    custom_status TEXT,
    parked        TEXT,
    awake         INTEGER NOT NULL
) STRICT;
INSERT INTO instance VALUES(1,'one','order',NULL,1,0,1800000000000001,1800000000000001,NULL,NULL,NULL,NULL,1);
INSERT INTO instance VALUES(2,'child','order','2',3,0,1800000000000002,1800000000000002,'{"instance_id":"one","task_id":1,"generation":0}','{"team":"it''s"}','"done"',NULL,0);
CREATE TABLE segment (
    lsn        INTEGER PRIMARY KEY,
    iid        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    events     TEXT    NOT NULL,
    external   TEXT
) STRICT;
INSERT INTO segment VALUES(1,1,0,0,1800000000000001,'[{"ExecutionStarted":{"name":"order","input":null,"execution_id":"00ff"}},{"EntityOperationCalled":{"id":0,"entity":"@Counter@cats","operation":"add","input":1}}]','[0]');
INSERT INTO segment VALUES(2,1,0,2,1800000000000001,'[{"EntityOperationCompleted":{"id":0,"result":1}},{"EntityOperationSignaled":{"id":2,"entity":"@Counter@cats","operation":"add","input":1}}]',NULL);
INSERT INTO segment VALUES(3,2,0,0,1800000000000002,'[{"ExecutionStarted":{"name":"order","version":"2","input":null,"execution_id":"01","parent":{"instance_id":"one","task_id":1,"generation":0}}},{"ExecutionCompleted":{"status":"Completed","result":7}}]',NULL);
CREATE TABLE entity (
    eid     INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    state   TEXT,
    updated INTEGER NOT NULL,
    UNIQUE (name, key)
) STRICT;
INSERT INTO entity VALUES(1,'Counter','cats','41',1800000000000005);
INSERT INTO entity VALUES(2,'Counter','null','null',1800000000000005);
INSERT INTO entity VALUES(3,'Counter','a@b',NULL,1800000000000005);
CREATE TABLE inbox (
    number  INTEGER PRIMARY KEY,
    target  TEXT NOT NULL,
    due     INTEGER,
    message TEXT NOT NULL
) STRICT;
INSERT INTO inbox VALUES(1,'@Counter@a@b',NULL,'{"Operation":{"to":"@Counter@a@b","request":{"operation":"add","input":1}}}');
INSERT INTO inbox VALUES(2,'@Counter@a@b',NULL,'{"Operation":{"to":"@Counter@a@b","request":{"operation":"add","input":2,"caller":{"instance_id":"one","generation":0,"id":3}}}}');
INSERT INTO inbox VALUES(3,'@Counter@a@b',1800000000000009,'{"Operation":{"to":"@Counter@a@b","request":{"operation":"add","input":3}}}');
INSERT INTO inbox VALUES(4,'one',NULL,'{"Event":{"to":"one","generation":0,"event":{"EventRaised":{"name":"go","input":"now"}}}}');
INSERT INTO inbox VALUES(5,'one',NULL,'{"Event":{"to":"one","event":{"SubOrchestrationInstanceCompleted":{"id":1,"result":7}}}}');
CREATE TABLE wake (
    due INTEGER NOT NULL,
    iid INTEGER NOT NULL,
    PRIMARY KEY (due, iid)
) STRICT, WITHOUT ROWID;
INSERT INTO wake VALUES(1800000000000020,1);
CREATE TABLE delivery (
    iid        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (iid, generation, id)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery VALUES(1,0,4,2);
CREATE TABLE blob (
    owner      INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    data       TEXT    NOT NULL,
    PRIMARY KEY (owner, generation, seq)
) STRICT;
INSERT INTO blob VALUES(1,0,0,'"a payload that is kept in the table blob"');
INSERT INTO blob VALUES(-3,0,0,'"a state that is kept in the table blob"');
CREATE INDEX instance_unfinished ON instance (iid) WHERE awake = 1 OR parked IS NOT NULL;
CREATE INDEX instance_failed ON instance (iid) WHERE status = 4;
CREATE UNIQUE INDEX segment_of_instance ON segment (iid, generation, seq);
CREATE INDEX inbox_target ON inbox (target);
CREATE INDEX inbox_due ON inbox (due) WHERE due IS NOT NULL;
CREATE INDEX wake_of_instance ON wake (iid);
CREATE VIEW history AS SELECT
    i.id AS instance,
    s.generation,
    s.seq + place.key AS sequence,
    strftime('%Y-%m-%dT%H:%M:%S', s.at / 1000000, 'unixepoch') || printf('.%06dZ', s.at % 1000000) AS at,
    event.key AS type,
    event.value ->> '$.id' AS task,
    COALESCE(event.value ->> '$.name', event.value ->> '$.operation') AS name,
    COALESCE(event.value ->> '$.instance_id', event.value ->> '$.entity') AS receiver,
    COALESCE(blob.data, event.value -> '$.input', event.value -> '$.result') AS payload,
    event.value ->> '$.failure.message' AS failure,
    event.value AS details
FROM instance AS i
JOIN segment AS s ON s.iid = i.iid
JOIN json_each(s.events) AS place
JOIN json_each(place.value) AS event
LEFT JOIN blob ON s.external IS NOT NULL
    AND blob.owner = s.iid AND blob.generation = s.generation AND blob.seq = s.seq + place.key;
CREATE VIEW instances AS SELECT
    i.id,
    i.name,
    i.version,
    CASE i.status WHEN 0 THEN 'Pending' WHEN 1 THEN 'Running' WHEN 2 THEN 'Suspended'
        WHEN 3 THEN 'Completed' WHEN 4 THEN 'Failed' WHEN 5 THEN 'Terminated' END AS status,
    strftime('%Y-%m-%dT%H:%M:%S', i.created / 1000000, 'unixepoch') || printf('.%06dZ', i.created % 1000000)
        AS created,
    strftime('%Y-%m-%dT%H:%M:%S', i.updated / 1000000, 'unixepoch') || printf('.%06dZ', i.updated % 1000000)
        AS updated,
    (SELECT COALESCE(blob.data, event.value -> '$.ExecutionStarted.input')
        FROM json_each(head.events) AS event
        LEFT JOIN blob ON head.external IS NOT NULL AND blob.owner = head.iid
            AND blob.generation = head.generation AND blob.seq = head.seq + event.key
        WHERE event.value -> '$.ExecutionStarted' IS NOT NULL LIMIT 1) AS input,
    (SELECT COALESCE(blob.data, event.value -> '$.ExecutionCompleted.result')
        FROM json_each(tail.events) AS event
        LEFT JOIN blob ON tail.external IS NOT NULL AND blob.owner = tail.iid
            AND blob.generation = tail.generation AND blob.seq = tail.seq + event.key
        WHERE event.value -> '$.ExecutionCompleted' IS NOT NULL LIMIT 1) AS output,
    (SELECT event.value ->> '$.ExecutionCompleted.failure.message'
        FROM json_each(tail.events) AS event
        WHERE event.value -> '$.ExecutionCompleted' IS NOT NULL LIMIT 1) AS failure,
    i.custom_status,
    i.parent ->> '$.instance_id' AS parent,
    i.tags,
    i.parked ->> '$.message' AS parked,
    i.generation
FROM instance AS i
LEFT JOIN segment AS head ON head.iid = i.iid AND head.generation = i.generation AND head.seq = 0
LEFT JOIN segment AS tail ON i.status >= 3 AND tail.lsn = (
    SELECT lsn FROM segment WHERE iid = i.iid AND generation = i.generation ORDER BY seq DESC LIMIT 1);
CREATE VIEW entities AS SELECT
    '@' || e.name || '@' || e.key AS id,
    e.name,
    e.key,
    COALESCE(e.state, (SELECT data FROM blob WHERE owner = -e.eid AND generation = 0 AND seq = 0)) AS state,
    strftime('%Y-%m-%dT%H:%M:%S', e.updated / 1000000, 'unixepoch') || printf('.%06dZ', e.updated % 1000000)
        AS updated
FROM entity AS e;
COMMIT;
