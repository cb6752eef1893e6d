-- The first schema. Times are Unix milliseconds, states the numbers of the Domain's enums.
-- Nothing here names a person: ids are the acquirer's own, documents and cards appear only as masks.

CREATE TABLE meta (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    -- Names this content; made once, so that copies of another database are never taken for copies of this one.
    store_id TEXT NOT NULL CONSTRAINT store_id_form CHECK (length(store_id) = 32 AND store_id NOT GLOB '*[^0-9a-f]*')
) STRICT;

INSERT INTO meta (id, store_id) VALUES (1, lower(hex(randomblob(16))));

CREATE TABLE schema_migrations (
    version            INTEGER PRIMARY KEY CHECK (version >= 1),
    name               TEXT    NOT NULL,
    applied_at_unix_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
    acquirer_id       TEXT    NOT NULL CONSTRAINT identity_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    identity_id       TEXT    NOT NULL CONSTRAINT identity_id_length CHECK (length(identity_id) BETWEEN 1 AND 64),
    state             INTEGER NOT NULL CONSTRAINT identity_state CHECK (state BETWEEN 1 AND 8),
    reverify_by       INTEGER NOT NULL CONSTRAINT identity_reverify_by CHECK (reverify_by >= 0 AND (state <> 6 OR reverify_by > 0)),
    -- YYYY-MM-DD; NULL when the document is valid for life.
    document_valid_to TEXT             CONSTRAINT identity_document CHECK (document_valid_to IS NULL OR document_valid_to IS date(document_valid_to)),
    holder_mask       TEXT    NOT NULL CONSTRAINT identity_mask CHECK (holder_mask = '' OR holder_mask LIKE '%****%'),
    version           INTEGER NOT NULL CONSTRAINT identity_version CHECK (version >= 1),
    PRIMARY KEY (acquirer_id, identity_id)
) STRICT, WITHOUT ROWID;

-- packed is the record as checks read it and revision the revision of its last change. A row that is being written holds an
-- empty record until the end of its transaction; an empty record does not unpack, so it could never be taken for an answer.
CREATE TABLE merchant (
    acquirer_id          TEXT    NOT NULL,
    merchant_no          TEXT    NOT NULL CONSTRAINT merchant_no_length CHECK (length(merchant_no) = 15),
    identity_id          TEXT    NOT NULL,
    state                INTEGER NOT NULL CONSTRAINT merchant_state CHECK (state BETWEEN 1 AND 4),
    settlement_card_mask TEXT    NOT NULL CONSTRAINT merchant_mask CHECK (settlement_card_mask = '' OR settlement_card_mask LIKE '%****%'),
    version              INTEGER NOT NULL CONSTRAINT merchant_version CHECK (version >= 1),
    packed               BLOB    NOT NULL,
    revision             INTEGER NOT NULL CONSTRAINT merchant_revision CHECK (revision >= 0),
    PRIMARY KEY (acquirer_id, merchant_no),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX merchant_of_identity ON merchant (acquirer_id, identity_id);

CREATE TABLE terminal (
    acquirer_id     TEXT    NOT NULL,
    terminal_sn     TEXT    NOT NULL CONSTRAINT terminal_sn_length CHECK (length(terminal_sn) BETWEEN 9 AND 50),
    terminal_no     TEXT    NOT NULL CONSTRAINT terminal_no_length CHECK (length(terminal_no) = 8),
    merchant_no     TEXT    NOT NULL,
    state           INTEGER NOT NULL CONSTRAINT terminal_state CHECK (state BETWEEN 1 AND 10),
    binding_version INTEGER NOT NULL CONSTRAINT terminal_version CHECK (binding_version >= 1),
    packed          BLOB    NOT NULL,
    revision        INTEGER NOT NULL CONSTRAINT terminal_revision CHECK (revision >= 0),
    PRIMARY KEY (acquirer_id, terminal_sn),
    FOREIGN KEY (acquirer_id, merchant_no) REFERENCES merchant (acquirer_id, merchant_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX terminal_by_numbers ON terminal (acquirer_id, merchant_no, terminal_no);

-- A device is in one place: one live binding a serial number, over all acquirers. Rejected (3), replaced (9) and retired (10)
-- terminals are history and may repeat.
CREATE UNIQUE INDEX terminal_live_sn ON terminal (terminal_sn) WHERE state NOT IN (3, 9, 10);

-- What a message carries (DE42, DE41) names at most one live terminal of an acquirer.
CREATE UNIQUE INDEX terminal_live_numbers ON terminal (acquirer_id, merchant_no, terminal_no) WHERE state NOT IN (3, 9, 10);

-- A hold stands on exactly one of the three.
CREATE TABLE hold (
    acquirer_id  TEXT    NOT NULL,
    hold_id      TEXT    NOT NULL CONSTRAINT hold_id_length CHECK (length(hold_id) BETWEEN 1 AND 64),
    kind         INTEGER NOT NULL CONSTRAINT hold_kind CHECK (kind BETWEEN 1 AND 4),
    identity_id  TEXT,
    merchant_no  TEXT,
    terminal_sn  TEXT,
    effective_at INTEGER NOT NULL CONSTRAINT hold_effective_at CHECK (effective_at >= 0),
    -- 0 when the hold does not end by itself.
    until        INTEGER NOT NULL CONSTRAINT hold_until CHECK (until = 0 OR until > effective_at),
    PRIMARY KEY (acquirer_id, hold_id),
    CONSTRAINT hold_one_target CHECK ((identity_id IS NOT NULL) + (merchant_no IS NOT NULL) + (terminal_sn IS NOT NULL) = 1),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id),
    FOREIGN KEY (acquirer_id, merchant_no) REFERENCES merchant (acquirer_id, merchant_no),
    FOREIGN KEY (acquirer_id, terminal_sn) REFERENCES terminal (acquirer_id, terminal_sn)
) STRICT, WITHOUT ROWID;

CREATE INDEX hold_on_identity ON hold (acquirer_id, identity_id) WHERE identity_id IS NOT NULL;
CREATE INDEX hold_on_merchant ON hold (acquirer_id, merchant_no) WHERE merchant_no IS NOT NULL;
CREATE INDEX hold_on_terminal ON hold (acquirer_id, terminal_sn) WHERE terminal_sn IS NOT NULL;

-- The change feed: the head is moved by the last statement of a write transaction, so that revisions have no holes and
-- a lower one never becomes visible after a higher one.
CREATE TABLE feed_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    head INTEGER NOT NULL CHECK (head >= 0)
) STRICT;

INSERT INTO feed_head (id, head) VALUES (1, 0);

CREATE TABLE feed (
    revision             INTEGER PRIMARY KEY CHECK (revision >= 1),
    committed_at_unix_ms INTEGER NOT NULL,
    -- 1 terminal record, 2 merchant record.
    entity               INTEGER NOT NULL CHECK (entity BETWEEN 1 AND 2),
    acquirer_id          TEXT    NOT NULL,
    key                  TEXT    NOT NULL,
    packed               BLOB    NOT NULL
) STRICT;
