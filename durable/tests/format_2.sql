-- A file of format 2, made by `golden/databases.rs`.
PRAGMA page_size = 4096;
PRAGMA application_id = 0x44757261;
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
CREATE TABLE blob (
    owner      INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    data       TEXT    NOT NULL,
    PRIMARY KEY (owner, generation, seq)
) STRICT;
INSERT INTO blob VALUES(1,0,0,'{"number":3,"articles":["book","lamp \"L\"","größe"],"express":null}');
INSERT INTO blob VALUES(3,0,0,'{"number":2,"articles":["book","lamp \"L\"","größe"],"express":null}');
INSERT INTO blob VALUES(5,0,0,'{"number":1,"articles":["book","lamp \"L\"","größe"],"express":null}');
CREATE TABLE delivery (
    iid        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (iid, generation, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE entity (
    eid     INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    state   TEXT,
    updated INTEGER NOT NULL, external INTEGER NOT NULL DEFAULT 0, locked_by TEXT, parked TEXT,
    UNIQUE (name, key)
) STRICT;
INSERT INTO entity VALUES(1,'Account','erin',NULL,1767232800000000,0,'{"instance_id":"holds-a-lock","key":6,"generation":0,"section":0}',NULL);
INSERT INTO entity VALUES(2,'Account','alice','{"balance":10}',1767232800000000,0,NULL,NULL);
INSERT INTO entity VALUES(3,'Audit','2026','{"lines":["refused: true"]}',1767232800000000,0,NULL,NULL);
CREATE TABLE hub (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    format         INTEGER NOT NULL,
    epoch          INTEGER NOT NULL,
    closed_cleanly INTEGER NOT NULL,
    next_key       INTEGER NOT NULL
) STRICT;
INSERT INTO hub VALUES(1,2,1,1,1);
CREATE TABLE inbox (
    number  INTEGER PRIMARY KEY,
    target  TEXT NOT NULL,
    due     INTEGER,
    message TEXT NOT NULL
) STRICT;
INSERT INTO inbox VALUES(1,'@Account@erin',NULL,'{"Operation":{"to":"@Account@erin","request":{"operation":"add","input":100}}}');
INSERT INTO inbox VALUES(2,'@Audit@2026',1767232860000000,'{"Operation":{"to":"@Audit@2026","request":{"operation":"write","input":"later"}}}');
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
INSERT INTO instance VALUES(1,'waits-for-a-word','half_way',NULL,1,0,1767225600000000,1767225600000000,NULL,NULL,NULL,NULL,1);
INSERT INTO instance VALUES(2,'pen-pal-3','grown_up',NULL,3,0,1767229200000000,1767229200000000,'{"instance_id":"waits-for-a-word","task_id":2,"generation":0,"key":1}',NULL,NULL,NULL,0);
INSERT INTO instance VALUES(3,'waits-for-its-child','half_way',NULL,1,0,1767229200000000,1767229200000000,NULL,NULL,NULL,NULL,1);
INSERT INTO instance VALUES(4,'pen-pal-2','grown_up',NULL,1,0,1767232800000000,1767232800000000,'{"instance_id":"waits-for-its-child","task_id":2,"generation":0,"key":3}',NULL,NULL,NULL,1);
INSERT INTO instance VALUES(5,'waits-for-a-timer','half_way','1',1,0,1767232800000000,1767232800000000,NULL,'{"team":"it''s"}',NULL,NULL,1);
INSERT INTO instance VALUES(6,'holds-a-lock','holding',NULL,1,0,1767232800000000,1767232800000000,NULL,NULL,NULL,NULL,1);
INSERT INTO instance VALUES(7,'suspended','waiting',NULL,2,0,1767232800000000,1767232800000000,NULL,NULL,NULL,NULL,1);
INSERT INTO instance VALUES(8,'ended','bookkeeping',NULL,3,0,1767232800000000,1767232800000000,NULL,NULL,NULL,NULL,0);
CREATE TABLE segment (
    lsn        INTEGER PRIMARY KEY,
    iid        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    events     TEXT    NOT NULL,
    external   TEXT
) STRICT;
INSERT INTO segment VALUES(1,1,0,0,1767225600000000,'[{"ExecutionStarted":{"name":"half_way","input":null,"execution_id":"5fb65a92f4ed5093bc8aa53d733844fb"}},{"TaskScheduled":{"id":0,"name":"note","input":"begun"}}]','[0]');
INSERT INTO segment VALUES(2,1,0,2,1767225600000000,'[{"TaskCompleted":{"id":0,"result":5}},{"TimerCreated":{"id":1,"fire_at":"2026-01-01T01:00:00Z"}}]',NULL);
INSERT INTO segment VALUES(3,1,0,4,1767229200000000,'[{"TimerFired":{"id":1}},{"SubOrchestrationInstanceCreated":{"id":2,"name":"grown_up","instance_id":"pen-pal-3","input":null}}]',NULL);
INSERT INTO segment VALUES(4,2,0,0,1767229200000000,'[{"ExecutionStarted":{"name":"grown_up","input":null,"execution_id":"31c29944a84a5623952e790c64fbdd59","parent":{"instance_id":"waits-for-a-word","task_id":2,"generation":0,"key":1}}}]',NULL);
INSERT INTO segment VALUES(5,2,0,1,1767229200000000,'[{"EventRaised":{"name":"letter","input":"dear 3"}},{"ExecutionCompleted":{"status":"Completed","result":"dear 3"}}]',NULL);
INSERT INTO segment VALUES(6,1,0,6,1767229200000000,'[{"SubOrchestrationInstanceCompleted":{"id":2,"result":"dear 3"}}]',NULL);
INSERT INTO segment VALUES(7,3,0,0,1767229200000000,'[{"ExecutionStarted":{"name":"half_way","input":null,"execution_id":"14e4b52a143152a0bde2ee94f2a99712"}},{"TaskScheduled":{"id":0,"name":"note","input":"begun"}}]','[0]');
INSERT INTO segment VALUES(8,3,0,2,1767229200000000,'[{"TaskCompleted":{"id":0,"result":5}},{"TimerCreated":{"id":1,"fire_at":"2026-01-01T02:00:00Z"}}]',NULL);
INSERT INTO segment VALUES(9,3,0,4,1767232800000000,'[{"TimerFired":{"id":1}},{"SubOrchestrationInstanceCreated":{"id":2,"name":"grown_up","instance_id":"pen-pal-2","input":null}}]',NULL);
INSERT INTO segment VALUES(10,4,0,0,1767232800000000,'[{"ExecutionStarted":{"name":"grown_up","input":null,"execution_id":"a85fead169205830b168a00d676791fb","parent":{"instance_id":"waits-for-its-child","task_id":2,"generation":0,"key":3}}}]',NULL);
INSERT INTO segment VALUES(11,5,0,0,1767232800000000,'[{"ExecutionStarted":{"name":"half_way","version":"1","input":null,"execution_id":"a0442029da2f57178af474d2fe94585b","tags":{"team":"it''s"}}},{"TaskScheduled":{"id":0,"name":"note","input":"begun"}}]','[0]');
INSERT INTO segment VALUES(12,5,0,2,1767232800000000,'[{"TaskCompleted":{"id":0,"result":5}},{"TimerCreated":{"id":1,"fire_at":"2026-01-01T03:00:00Z"}}]',NULL);
INSERT INTO segment VALUES(13,6,0,0,1767232800000000,'[{"ExecutionStarted":{"name":"holding","input":null,"execution_id":"423c7771a06d57c589eacb85d5e21a1b"}},{"EntityLockRequested":{"id":0,"lock_set":["@Account@erin"]}}]',NULL);
INSERT INTO segment VALUES(14,6,0,2,1767232800000000,'[{"EntityLockGranted":{"id":0}}]',NULL);
INSERT INTO segment VALUES(15,7,0,0,1767232800000000,'[{"ExecutionStarted":{"name":"waiting","input":null,"execution_id":"eec4575483715a82a50093455a202d99"}},{"TaskScheduled":{"id":0,"name":"note","input":"before"}}]',NULL);
INSERT INTO segment VALUES(16,7,0,2,1767232800000000,'[{"TaskCompleted":{"id":0,"result":6}}]',NULL);
INSERT INTO segment VALUES(17,7,0,3,1767232800000000,'[{"ExecutionSuspended":{"reason":"lunch"}}]',NULL);
INSERT INTO segment VALUES(18,7,0,4,1767232800000000,'[{"EventRaised":{"name":"word","input":"kept while it was suspended"}}]',NULL);
INSERT INTO segment VALUES(19,8,0,0,1767232800000000,'[{"ExecutionStarted":{"name":"bookkeeping","input":null,"execution_id":"30aaef8cf16d59549c11d0493a75040d"}},{"EntityOperationCalled":{"id":0,"entity":"@Account@alice","operation":"add","input":10}}]',NULL);
INSERT INTO segment VALUES(20,8,0,2,1767232800000000,'[{"EntityOperationCompleted":{"id":0,"result":10}},{"EntityOperationCalled":{"id":1,"entity":"@Account@alice","operation":"withdraw","input":1000}}]',NULL);
INSERT INTO segment VALUES(21,8,0,4,1767232800000000,'[{"EntityOperationFailed":{"id":1,"failure":{"kind":"Application","message":"not enough","retryable":false}}},{"EntityOperationSignaled":{"id":2,"entity":"@Audit@2026","operation":"write","input":"refused: true"}},{"EntityOperationSignaled":{"id":3,"entity":"@Audit@2026","operation":"write","input":"later","at":"2026-01-01T02:01:00Z"}},{"EntityOperationCalled":{"id":4,"entity":"@Account@alice","operation":"balance","input":null}},{"TimerCreated":{"id":5,"fire_at":"2026-01-01T02:01:00Z"}}]',NULL);
INSERT INTO segment VALUES(22,8,0,9,1767232800000000,'[{"EntityOperationCompleted":{"id":4,"result":10}},{"ExecutionCompleted":{"status":"Completed","result":10}}]',NULL);
CREATE TABLE wake (
    due INTEGER NOT NULL,
    iid INTEGER NOT NULL,
    PRIMARY KEY (due, iid)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_locked ON entity (name, key) WHERE locked_by IS NOT NULL;
CREATE INDEX inbox_due ON inbox (due) WHERE due IS NOT NULL;
CREATE INDEX inbox_target ON inbox (target);
CREATE INDEX instance_failed ON instance (iid) WHERE status = 4;
CREATE INDEX instance_unfinished ON instance (iid) WHERE awake = 1 OR parked IS NOT NULL;
CREATE UNIQUE INDEX segment_of_instance ON segment (iid, generation, seq);
CREATE INDEX wake_of_instance ON wake (iid);
CREATE VIEW entities AS SELECT
    '@' || e.name || '@' || e.key AS id,
    e.name,
    e.key,
    CASE e.external WHEN 1 THEN (SELECT data FROM blob WHERE owner = -e.eid AND generation = 0 AND seq = 0)
        ELSE e.state END AS state,
    strftime('%Y-%m-%dT%H:%M:%S', e.updated / 1000000, 'unixepoch') || printf('.%06dZ', e.updated % 1000000)
        AS updated,
    e.locked_by ->> '$.instance_id' AS locked_by,
    (SELECT count(*) FROM inbox WHERE target = '@' || e.name || '@' || e.key AND due IS NULL) AS backlog,
    e.parked ->> '$.message' AS parked
FROM entity AS e;
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
CREATE VIEW locks AS SELECT entity, holder ->> '$.instance_id' AS instance, holder ->> '$.generation' AS generation,
    holder ->> '$.section' AS section, state
FROM (
    SELECT '@' || name || '@' || key AS entity, locked_by AS holder, 'held' AS state, 0 AS number
        FROM entity WHERE locked_by IS NOT NULL
    UNION ALL
    SELECT target, message -> '$.Lock.request.holder', 'awaited', number FROM inbox
        WHERE due IS NULL AND message LIKE '{"Lock":%'
    ORDER BY entity, number
);
COMMIT;
