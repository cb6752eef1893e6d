-- Facts that decisions look at, versions for every row that callers change, history of records, matters with a life of their own
-- (cases, deregistrations, receipts, policies, maintenance windows), the memory of requests, and the audit trail.

ALTER TABLE meta ADD COLUMN page_key BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000' CONSTRAINT page_key_length CHECK (length(page_key) = 32);
-- Signs page tokens.
UPDATE meta SET page_key = randomblob(32);

ALTER TABLE identity ADD COLUMN phone_hash BLOB CONSTRAINT identity_phone_hash CHECK (phone_hash IS NULL OR length(phone_hash) = 32);
ALTER TABLE identity ADD COLUMN phone_hash_key TEXT NOT NULL DEFAULT '' CONSTRAINT identity_phone_key CHECK (length(phone_hash_key) <= 16);
ALTER TABLE identity ADD COLUMN verified_at INTEGER NOT NULL DEFAULT 0 CONSTRAINT identity_verified_at CHECK (verified_at >= 0);
ALTER TABLE identity ADD COLUMN detail INTEGER NOT NULL DEFAULT 0 CONSTRAINT identity_detail CHECK (detail BETWEEN 0 AND 255);
CREATE INDEX identity_by_document ON identity (document_hash) WHERE document_hash IS NOT NULL;
CREATE INDEX identity_by_phone ON identity (phone_hash) WHERE phone_hash IS NOT NULL;

ALTER TABLE merchant ADD COLUMN card_differs INTEGER NOT NULL DEFAULT 0 CONSTRAINT merchant_card_differs CHECK (card_differs BETWEEN 0 AND 1);
ALTER TABLE merchant ADD COLUMN opened_on TEXT CONSTRAINT merchant_opened_on CHECK (opened_on IS NULL OR opened_on IS date(opened_on));
ALTER TABLE merchant ADD COLUMN last_active_on TEXT CONSTRAINT merchant_last_active_on CHECK (last_active_on IS NULL OR last_active_on IS date(last_active_on));
ALTER TABLE merchant ADD COLUMN ended_on TEXT CONSTRAINT merchant_ended_on CHECK (ended_on IS NULL OR ended_on IS date(ended_on));
ALTER TABLE merchant ADD COLUMN changed_at_unix_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX merchant_of_card ON merchant (acquirer_id, card_fingerprint) WHERE card_fingerprint IS NOT NULL;

-- Where a terminal may be used: 0 not looked at, 1 around an address, 2 within a region.
ALTER TABLE terminal ADD COLUMN location_kind INTEGER NOT NULL DEFAULT 0 CONSTRAINT terminal_location CHECK (location_kind BETWEEN 0 AND 2);
ALTER TABLE terminal ADD COLUMN latitude INTEGER NOT NULL DEFAULT 0 CONSTRAINT terminal_latitude CHECK (latitude BETWEEN -90000000 AND 90000000);
ALTER TABLE terminal ADD COLUMN longitude INTEGER NOT NULL DEFAULT 0 CONSTRAINT terminal_longitude CHECK (longitude BETWEEN -180000000 AND 180000000);
ALTER TABLE terminal ADD COLUMN radius_m INTEGER NOT NULL DEFAULT 0 CONSTRAINT terminal_radius CHECK (radius_m BETWEEN 0 AND 2147483647);
ALTER TABLE terminal ADD COLUMN location_region TEXT NOT NULL DEFAULT '' CONSTRAINT terminal_region CHECK (location_region = '' OR location_region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]');
ALTER TABLE terminal ADD COLUMN ended_on TEXT CONSTRAINT terminal_ended_on CHECK (ended_on IS NULL OR ended_on IS date(ended_on));
ALTER TABLE terminal ADD COLUMN changed_at_unix_ms INTEGER NOT NULL DEFAULT 0;

-- One index finds terminals by their numbers and keeps the live ones apart: of the others, the serial number does.
DROP INDEX terminal_by_numbers;
DROP INDEX terminal_live_numbers;
CREATE UNIQUE INDEX terminal_live_numbers ON terminal (acquirer_id, merchant_no, terminal_no, (CASE WHEN state IN (3, 9, 10) THEN terminal_sn ELSE '' END));

ALTER TABLE hold ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CONSTRAINT hold_version CHECK (version >= 1);

-- Where the feed and the audit trail end, and where they begin when older entries are gone.
ALTER TABLE feed_head ADD COLUMN head_at_unix_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_head ADD COLUMN floor INTEGER NOT NULL DEFAULT 0 CHECK (floor BETWEEN 0 AND head);
ALTER TABLE feed_head ADD COLUMN history_floor INTEGER NOT NULL DEFAULT 0 CHECK (history_floor BETWEEN 0 AND head);
ALTER TABLE feed_head ADD COLUMN history_floor_unix_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_head ADD COLUMN audit_seq INTEGER NOT NULL DEFAULT 0 CHECK (audit_seq >= 0);
ALTER TABLE feed_head ADD COLUMN audit_hash BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000' CHECK (length(audit_hash) = 32);
ALTER TABLE feed_head ADD COLUMN audit_floor_seq INTEGER NOT NULL DEFAULT 0 CHECK (audit_floor_seq BETWEEN 0 AND audit_seq);
ALTER TABLE feed_head ADD COLUMN audit_floor_hash BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000' CHECK (length(audit_floor_hash) = 32);

-- Entries of before have the times that stand in the feed; since when an older record stands is told by its own entry.
UPDATE feed_head SET head_at_unix_ms = coalesce((SELECT max(committed_at_unix_ms) FROM feed), 0);
UPDATE merchant SET changed_at_unix_ms = coalesce((SELECT committed_at_unix_ms FROM feed WHERE feed.revision = merchant.revision), 0);
UPDATE terminal SET changed_at_unix_ms = coalesce((SELECT committed_at_unix_ms FROM feed WHERE feed.revision = terminal.revision), 0);
-- What was overwritten before this step was not kept: history begins here.
UPDATE feed_head SET history_floor = head, history_floor_unix_ms = head_at_unix_ms;

-- What a record was from one revision up to the next, and whose it was then.
CREATE TABLE record_history (
    entity           INTEGER NOT NULL CHECK (entity BETWEEN 1 AND 2),
    acquirer_id      TEXT    NOT NULL,
    key              TEXT    NOT NULL,
    from_revision    INTEGER NOT NULL CHECK (from_revision >= 0),
    until_revision   INTEGER NOT NULL CHECK (until_revision > from_revision),
    from_unix_ms     INTEGER NOT NULL,
    until_unix_ms    INTEGER NOT NULL CHECK (until_unix_ms >= from_unix_ms),
    packed           BLOB    NOT NULL,
    -- Of a merchant: the identity, the masks and the settlement card of that time.
    identity_id      TEXT    NOT NULL,
    holder_mask      TEXT    NOT NULL,
    card_mask        TEXT    NOT NULL,
    card_fingerprint BLOB,
    -- Of a terminal: its numbers of that time.
    merchant_no      TEXT    NOT NULL,
    terminal_no      TEXT    NOT NULL,
    PRIMARY KEY (entity, acquirer_id, key, until_revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_history_by_numbers ON record_history (acquirer_id, merchant_no, terminal_no) WHERE entity = 1;
CREATE INDEX record_history_by_end ON record_history (until_unix_ms);

-- Matters with a life of their own. content is JSON; its inside belongs to whoever keeps the matter. subject is the identity,
-- merchant or terminal that it is about, until_unix_ms 0 when it does not end by itself.
CREATE TABLE verification_case (
    acquirer_id        TEXT    NOT NULL CONSTRAINT case_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    id                 TEXT    NOT NULL CONSTRAINT case_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            TEXT    NOT NULL,
    state              INTEGER NOT NULL CONSTRAINT case_state CHECK (state BETWEEN 1 AND 15),
    from_unix_ms       INTEGER NOT NULL CONSTRAINT case_from CHECK (from_unix_ms >= 0),
    until_unix_ms      INTEGER NOT NULL CONSTRAINT case_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms INTEGER NOT NULL,
    version            INTEGER NOT NULL CONSTRAINT case_version CHECK (version >= 1),
    content            TEXT    NOT NULL CONSTRAINT case_content CHECK (json_valid(content) AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id),
    FOREIGN KEY (acquirer_id, subject) REFERENCES identity (acquirer_id, identity_id)
) STRICT, WITHOUT ROWID;

-- An identity has one case that is not decided.
CREATE UNIQUE INDEX case_open ON verification_case (acquirer_id, subject) WHERE state BETWEEN 1 AND 6;
CREATE INDEX case_of_subject ON verification_case (acquirer_id, subject);

CREATE TABLE deregistration (
    acquirer_id        TEXT    NOT NULL CONSTRAINT deregistration_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    id                 TEXT    NOT NULL CONSTRAINT deregistration_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            TEXT    NOT NULL,
    state              INTEGER NOT NULL CONSTRAINT deregistration_state CHECK (state BETWEEN 1 AND 13),
    from_unix_ms       INTEGER NOT NULL CONSTRAINT deregistration_from CHECK (from_unix_ms >= 0),
    until_unix_ms      INTEGER NOT NULL CONSTRAINT deregistration_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms INTEGER NOT NULL,
    version            INTEGER NOT NULL CONSTRAINT deregistration_version CHECK (version >= 1),
    content            TEXT    NOT NULL CONSTRAINT deregistration_content CHECK (json_valid(content) AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id),
    FOREIGN KEY (acquirer_id, subject) REFERENCES merchant (acquirer_id, merchant_no)
) STRICT, WITHOUT ROWID;

-- A merchant has one deregistration under way.
CREATE UNIQUE INDEX deregistration_open ON deregistration (acquirer_id, subject) WHERE state BETWEEN 1 AND 8 OR state = 13;
CREATE INDEX deregistration_of_subject ON deregistration (acquirer_id, subject);

-- Written once; subject is the deregistration that it closes.
CREATE TABLE receipt (
    acquirer_id        TEXT    NOT NULL CONSTRAINT receipt_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    id                 TEXT    NOT NULL CONSTRAINT receipt_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            TEXT    NOT NULL,
    state              INTEGER NOT NULL CONSTRAINT receipt_state CHECK (state = 1),
    from_unix_ms       INTEGER NOT NULL CONSTRAINT receipt_from CHECK (from_unix_ms >= 0),
    until_unix_ms      INTEGER NOT NULL CONSTRAINT receipt_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms INTEGER NOT NULL,
    version            INTEGER NOT NULL CONSTRAINT receipt_version CHECK (version = 1),
    content            TEXT    NOT NULL CONSTRAINT receipt_content CHECK (json_valid(content) AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id),
    FOREIGN KEY (acquirer_id, subject) REFERENCES deregistration (acquirer_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX receipt_of_deregistration ON receipt (acquirer_id, subject);

CREATE TRIGGER receipt_final BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'receipt_final'); END;

-- Policies and maintenance windows; acquirer_id is '' for every acquirer, subject the source document or the service.
CREATE TABLE policy (
    acquirer_id        TEXT    NOT NULL CONSTRAINT policy_acquirer CHECK (acquirer_id = '' OR length(acquirer_id) BETWEEN 8 AND 11),
    id                 TEXT    NOT NULL CONSTRAINT policy_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            TEXT    NOT NULL,
    state              INTEGER NOT NULL CONSTRAINT policy_state CHECK (state BETWEEN 1 AND 3),
    from_unix_ms       INTEGER NOT NULL CONSTRAINT policy_from CHECK (from_unix_ms >= 0),
    until_unix_ms      INTEGER NOT NULL CONSTRAINT policy_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms INTEGER NOT NULL,
    version            INTEGER NOT NULL CONSTRAINT policy_version CHECK (version >= 1),
    content            TEXT    NOT NULL CONSTRAINT policy_content CHECK (json_valid(content) AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE maintenance_window (
    acquirer_id        TEXT    NOT NULL CONSTRAINT window_acquirer CHECK (acquirer_id = '' OR length(acquirer_id) BETWEEN 8 AND 11),
    id                 TEXT    NOT NULL CONSTRAINT window_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            TEXT    NOT NULL,
    state              INTEGER NOT NULL CONSTRAINT window_state CHECK (state BETWEEN 1 AND 3),
    from_unix_ms       INTEGER NOT NULL CONSTRAINT window_from CHECK (from_unix_ms >= 0),
    until_unix_ms      INTEGER NOT NULL CONSTRAINT window_until CHECK (until_unix_ms > from_unix_ms),
    changed_at_unix_ms INTEGER NOT NULL,
    version            INTEGER NOT NULL CONSTRAINT window_version CHECK (version >= 1),
    content            TEXT    NOT NULL CONSTRAINT window_content CHECK (json_valid(content) AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id)
) STRICT, WITHOUT ROWID;

-- What a write answered, by the id that its caller gave it: the same id with the same body has the same answer, whatever breaks.
CREATE TABLE request (
    acquirer_id        TEXT    NOT NULL,
    request_id         TEXT    NOT NULL CONSTRAINT request_id_length CHECK (length(request_id) BETWEEN 1 AND 64),
    body_hash          BLOB    NOT NULL CONSTRAINT request_body_hash CHECK (length(body_hash) = 32),
    result             BLOB    NOT NULL CONSTRAINT request_result CHECK (length(result) <= 65536),
    revision           INTEGER NOT NULL,
    changed_records    INTEGER NOT NULL,
    -- First instant at which it may be forgotten; 0 for never.
    keep_until_unix_ms INTEGER NOT NULL,
    PRIMARY KEY (acquirer_id, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_by_age ON request (keep_until_unix_ms) WHERE keep_until_unix_ms > 0;

-- Who did what. hash is over the line and the hash before it, so that a line that is gone or altered shows.
CREATE TABLE audit (
    seq            INTEGER PRIMARY KEY CHECK (seq >= 1),
    at_unix_ms     INTEGER NOT NULL,
    actor          TEXT    NOT NULL CONSTRAINT audit_actor CHECK (length(actor) BETWEEN 1 AND 128),
    action         TEXT    NOT NULL CONSTRAINT audit_action CHECK (length(action) BETWEEN 1 AND 64),
    acquirer_id    TEXT    NOT NULL,
    request_id     TEXT    NOT NULL,
    -- The rows that were written, by name and version.
    changes        TEXT    NOT NULL CONSTRAINT audit_changes CHECK (length(changes) <= 4096),
    -- SHA-256 over what was written.
    changes_hash   BLOB    NOT NULL CHECK (length(changes_hash) = 32),
    first_revision INTEGER NOT NULL,
    last_revision  INTEGER NOT NULL,
    hash           BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_by_time ON audit (at_unix_ms);

-- What the planner is told: the shape of a store of 200,000 terminals. Knowing nothing, it takes an acquirer for ten rows, and
-- reads all of them rather than go by an index.
ANALYZE meta;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('identity', 'identity', '80000 3500 1'), ('identity', 'identity_by_document', '80000 1'), ('identity', 'identity_by_phone', '80000 1'),
    ('settlement_card', 'settlement_card', '80000 3500 1'),
    ('merchant', 'merchant', '90000 3800 1'), ('merchant', 'merchant_of_identity', '90000 3800 2'), ('merchant', 'merchant_of_card', '90000 3800 2'),
    ('terminal', 'terminal', '200000 9000 1'), ('terminal', 'terminal_live_sn', '195000 1'), ('terminal', 'terminal_live_numbers', '200000 9000 3 1 1'),
    ('hold', 'hold', '2000 80 1'), ('hold', 'hold_on_identity', '200 10 1'), ('hold', 'hold_on_merchant', '1600 70 1'), ('hold', 'hold_on_terminal', '200 10 1'),
    ('record_history', 'record_history', '300000 150000 7000 2 1'), ('record_history', 'record_history_by_numbers', '200000 9000 6 2');
