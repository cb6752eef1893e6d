-- The first schema: the same tables and rules as the embedded store has after its own steps. Times are Unix milliseconds, states
-- the numbers of the Domain's enums. Nobody is named: ids are the acquirer's own; numbers of documents, cards and telephones are
-- here only as keyed hashes (HMAC-SHA256, with the name of the key) and masks.
--
-- Only a primary key begins with the acquirer; all other indexes end with it. So one look-up fits one index, whatever is known of
-- the tables' sizes: a plan that is made on an empty table and kept must still be right when the table has a million rows of one acquirer.

CREATE TABLE meta (
    id       smallint PRIMARY KEY CHECK (id = 1),
    -- Names this content; made once, so that copies of another database are never taken for copies of this one.
    store_id text  NOT NULL CONSTRAINT store_id_form CHECK (store_id ~ '^[0-9a-f]{32}$'),
    -- Signs page tokens.
    page_key bytea NOT NULL CONSTRAINT page_key_length CHECK (length(page_key) = 32)
);

INSERT INTO meta (id, store_id, page_key)
VALUES (1, replace(gen_random_uuid()::text, '-', ''), sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

CREATE TABLE acquirer (
    acquirer_id text COLLATE "C" PRIMARY KEY CONSTRAINT acquirer_id_length CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    name_code   text     NOT NULL CONSTRAINT acquirer_name_code CHECK (length(name_code) BETWEEN 1 AND 64),
    kind        smallint NOT NULL CONSTRAINT acquirer_kind CHECK (kind BETWEEN 1 AND 2)
);

CREATE TABLE identity (
    acquirer_id       text COLLATE "C" NOT NULL CONSTRAINT identity_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    identity_id       text COLLATE "C" NOT NULL CONSTRAINT identity_id_length CHECK (length(identity_id) BETWEEN 1 AND 64),
    state             smallint NOT NULL CONSTRAINT identity_state CHECK (state BETWEEN 1 AND 8),
    reverify_by       bigint   NOT NULL,
    -- NULL when the document is valid for life.
    document_valid_to date,
    holder_mask       text     NOT NULL CONSTRAINT identity_mask CHECK (holder_mask = '' OR holder_mask LIKE '%****%'),
    subject_kind      smallint NOT NULL CONSTRAINT identity_subject_kind CHECK (subject_kind BETWEEN 0 AND 4),
    document_hash     bytea             CONSTRAINT identity_document_hash CHECK (length(document_hash) = 32),
    document_hash_key text     NOT NULL CONSTRAINT identity_hash_key CHECK (length(document_hash_key) <= 16),
    phone_hash        bytea             CONSTRAINT identity_phone_hash CHECK (length(phone_hash) = 32),
    phone_hash_key    text     NOT NULL CONSTRAINT identity_phone_key CHECK (length(phone_hash_key) <= 16),
    verified_at       bigint   NOT NULL CONSTRAINT identity_verified_at CHECK (verified_at >= 0),
    -- 0 when nothing is known in finer grain.
    detail            smallint NOT NULL CONSTRAINT identity_detail CHECK (detail BETWEEN 0 AND 255),
    version           bigint   NOT NULL CONSTRAINT identity_version CHECK (version >= 1),
    PRIMARY KEY (acquirer_id, identity_id),
    CONSTRAINT identity_reverify_by CHECK (reverify_by >= 0 AND (state <> 6 OR reverify_by > 0))
);

CREATE INDEX identity_by_document ON identity (document_hash) WHERE document_hash IS NOT NULL;
CREATE INDEX identity_by_phone ON identity (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE TABLE settlement_card (
    acquirer_id     text COLLATE "C" NOT NULL,
    fingerprint     bytea NOT NULL CONSTRAINT card_fingerprint_length CHECK (length(fingerprint) = 32),
    fingerprint_key text  NOT NULL CONSTRAINT card_key_length CHECK (length(fingerprint_key) BETWEEN 1 AND 16),
    mask            text  NOT NULL CONSTRAINT card_mask CHECK (mask = '' OR mask LIKE '%****%'),
    identity_id     text COLLATE "C" NOT NULL,
    PRIMARY KEY (acquirer_id, fingerprint),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id)
);

-- packed is the record as checks read it, revision the revision of its last change, and changed_at_unix_ms when that was.
CREATE TABLE merchant (
    acquirer_id          text COLLATE "C" NOT NULL,
    merchant_no          text COLLATE "C" NOT NULL CONSTRAINT merchant_no_length CHECK (length(merchant_no) = 15),
    identity_id          text COLLATE "C" NOT NULL,
    state                smallint NOT NULL CONSTRAINT merchant_state CHECK (state BETWEEN 1 AND 4),
    settlement_card_mask text     NOT NULL CONSTRAINT merchant_mask CHECK (settlement_card_mask = '' OR settlement_card_mask LIKE '%****%'),
    kind                 smallint NOT NULL CONSTRAINT merchant_kind CHECK (kind BETWEEN 0 AND 5),
    region               text     NOT NULL CONSTRAINT merchant_region CHECK (region = '' OR region ~ '^[1-8][0-9]{5}$'),
    mcc                  text     NOT NULL CONSTRAINT merchant_mcc CHECK (mcc = '' OR mcc ~ '^[0-9]{4}$'),
    account_class        smallint NOT NULL CONSTRAINT merchant_account_class CHECK (account_class BETWEEN 0 AND 3),
    card_fingerprint     bytea             CONSTRAINT merchant_card_length CHECK (length(card_fingerprint) = 32),
    card_differs         boolean  NOT NULL,
    opened_on            date,
    last_active_on       date,
    ended_on             date,
    version              bigint   NOT NULL CONSTRAINT merchant_version CHECK (version >= 1),
    packed               bytea    NOT NULL,
    revision             bigint   NOT NULL CONSTRAINT merchant_revision CHECK (revision >= 0),
    changed_at_unix_ms   bigint   NOT NULL,
    PRIMARY KEY (acquirer_id, merchant_no),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id),
    -- A rotation of keys gives a card another fingerprint.
    CONSTRAINT merchant_card FOREIGN KEY (acquirer_id, card_fingerprint) REFERENCES settlement_card (acquirer_id, fingerprint) ON UPDATE CASCADE
);

CREATE INDEX merchant_of_identity ON merchant (identity_id, acquirer_id);
CREATE INDEX merchant_of_card ON merchant (card_fingerprint, acquirer_id) WHERE card_fingerprint IS NOT NULL;

-- A device and its binding: a terminal in a live state is one, and what it was before is in record_history.
CREATE TABLE terminal (
    acquirer_id        text COLLATE "C" NOT NULL,
    terminal_sn        text COLLATE "C" NOT NULL CONSTRAINT terminal_sn_length CHECK (length(terminal_sn) BETWEEN 9 AND 50),
    terminal_no        text COLLATE "C" NOT NULL CONSTRAINT terminal_no_length CHECK (length(terminal_no) = 8),
    merchant_no        text COLLATE "C" NOT NULL,
    state              smallint NOT NULL CONSTRAINT terminal_state CHECK (state BETWEEN 1 AND 10),
    -- Where it may be used: 0 not looked at, 1 around an address, 2 within a region.
    location_kind      smallint NOT NULL CONSTRAINT terminal_location CHECK (location_kind BETWEEN 0 AND 2),
    latitude           integer  NOT NULL CONSTRAINT terminal_latitude CHECK (latitude BETWEEN -90000000 AND 90000000),
    longitude          integer  NOT NULL CONSTRAINT terminal_longitude CHECK (longitude BETWEEN -180000000 AND 180000000),
    radius_m           integer  NOT NULL CONSTRAINT terminal_radius CHECK (radius_m >= 0),
    location_region    text     NOT NULL CONSTRAINT terminal_region CHECK (location_region = '' OR location_region ~ '^[1-8][0-9]{5}$'),
    ended_on           date,
    binding_version    bigint   NOT NULL CONSTRAINT terminal_version CHECK (binding_version >= 1),
    packed             bytea    NOT NULL,
    revision           bigint   NOT NULL CONSTRAINT terminal_revision CHECK (revision >= 0),
    changed_at_unix_ms bigint   NOT NULL,
    PRIMARY KEY (acquirer_id, terminal_sn),
    FOREIGN KEY (acquirer_id, merchant_no) REFERENCES merchant (acquirer_id, merchant_no)
);

-- A device is in one place: one live binding a serial number, over all acquirers. Rejected (3), replaced (9) and retired (10)
-- terminals are history and may repeat.
CREATE UNIQUE INDEX terminal_live_sn ON terminal (terminal_sn) WHERE state NOT IN (3, 9, 10);

-- What a message carries (DE42, DE41) names at most one live terminal of an acquirer. The index finds the others too: of them the
-- serial number keeps each apart.
CREATE UNIQUE INDEX terminal_live_numbers ON terminal (merchant_no, terminal_no, acquirer_id, (CASE WHEN state IN (3, 9, 10) THEN terminal_sn ELSE '' END));

-- A hold stands on exactly one of the three.
CREATE TABLE hold (
    acquirer_id  text COLLATE "C" NOT NULL,
    hold_id      text COLLATE "C" NOT NULL CONSTRAINT hold_id_length CHECK (length(hold_id) BETWEEN 1 AND 64),
    kind         smallint NOT NULL CONSTRAINT hold_kind CHECK (kind BETWEEN 1 AND 5),
    identity_id  text COLLATE "C",
    merchant_no  text COLLATE "C",
    terminal_sn  text COLLATE "C",
    effective_at bigint   NOT NULL CONSTRAINT hold_effective_at CHECK (effective_at >= 0),
    -- 0 when the hold does not end by itself.
    until        bigint   NOT NULL CONSTRAINT hold_until CHECK (until = 0 OR until > effective_at),
    refunds_pass boolean  NOT NULL CONSTRAINT hold_refunds CHECK (NOT refunds_pass OR kind = 2),
    version      bigint   NOT NULL CONSTRAINT hold_version CHECK (version >= 1),
    PRIMARY KEY (acquirer_id, hold_id),
    CONSTRAINT hold_one_target CHECK (num_nonnulls(identity_id, merchant_no, terminal_sn) = 1),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id),
    FOREIGN KEY (acquirer_id, merchant_no) REFERENCES merchant (acquirer_id, merchant_no),
    FOREIGN KEY (acquirer_id, terminal_sn) REFERENCES terminal (acquirer_id, terminal_sn)
);

CREATE INDEX hold_on_identity ON hold (identity_id, acquirer_id) WHERE identity_id IS NOT NULL;
CREATE INDEX hold_on_merchant ON hold (merchant_no, acquirer_id) WHERE merchant_no IS NOT NULL;
CREATE INDEX hold_on_terminal ON hold (terminal_sn, acquirer_id) WHERE terminal_sn IS NOT NULL;

-- One row: where the feed and the audit trail end, and where they begin when older entries are gone. Whoever writes locks it first.
CREATE TABLE feed_head (
    id                    smallint PRIMARY KEY CHECK (id = 1),
    head                  bigint NOT NULL CHECK (head >= 0),
    -- When the newest change was committed; never goes back.
    head_at_unix_ms       bigint NOT NULL,
    -- Entries up to here are gone.
    floor                 bigint NOT NULL CHECK (floor BETWEEN 0 AND head),
    -- Versions of records that ended at this revision and instant, or before, are gone.
    history_floor         bigint NOT NULL CHECK (history_floor BETWEEN 0 AND head),
    history_floor_unix_ms bigint NOT NULL,
    audit_seq             bigint NOT NULL CHECK (audit_seq >= 0),
    audit_hash            bytea  NOT NULL CHECK (length(audit_hash) = 32),
    audit_floor_seq       bigint NOT NULL CHECK (audit_floor_seq BETWEEN 0 AND audit_seq),
    audit_floor_hash      bytea  NOT NULL CHECK (length(audit_floor_hash) = 32)
);

INSERT INTO feed_head VALUES (1, 0, 0, 0, 0, 0, 0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE feed (
    revision             bigint   PRIMARY KEY CHECK (revision >= 1),
    committed_at_unix_ms bigint   NOT NULL,
    -- 1 terminal record, 2 merchant record.
    entity               smallint NOT NULL CHECK (entity BETWEEN 1 AND 2),
    acquirer_id          text COLLATE "C" NOT NULL,
    key                  text COLLATE "C" NOT NULL,
    packed               bytea    NOT NULL
);

-- What a record was from one revision up to the next, and whose it was then.
CREATE TABLE record_history (
    entity           smallint NOT NULL CHECK (entity BETWEEN 1 AND 2),
    acquirer_id      text COLLATE "C" NOT NULL,
    key              text COLLATE "C" NOT NULL,
    from_revision    bigint   NOT NULL CHECK (from_revision >= 0),
    until_revision   bigint   NOT NULL CHECK (until_revision > from_revision),
    from_unix_ms     bigint   NOT NULL,
    until_unix_ms    bigint   NOT NULL CHECK (until_unix_ms >= from_unix_ms),
    packed           bytea    NOT NULL,
    -- Of a merchant: the identity, the masks and the settlement card of that time.
    identity_id      text COLLATE "C" NOT NULL,
    holder_mask      text     NOT NULL,
    card_mask        text     NOT NULL,
    card_fingerprint bytea,
    -- Of a terminal: its numbers of that time.
    merchant_no      text COLLATE "C" NOT NULL,
    terminal_no      text COLLATE "C" NOT NULL,
    PRIMARY KEY (entity, acquirer_id, key, until_revision)
);

CREATE INDEX record_history_by_numbers ON record_history (merchant_no, terminal_no, acquirer_id) WHERE entity = 1;
CREATE INDEX record_history_by_end ON record_history (until_unix_ms);

-- Matters with a life of their own. content is JSON; its inside belongs to whoever keeps the matter. subject is the identity,
-- merchant or terminal that it is about, until_unix_ms 0 when it does not end by itself.
CREATE TABLE verification_case (
    acquirer_id        text COLLATE "C" NOT NULL CONSTRAINT case_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    id                 text COLLATE "C" NOT NULL CONSTRAINT case_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            text COLLATE "C" NOT NULL,
    state              smallint NOT NULL CONSTRAINT case_state CHECK (state BETWEEN 1 AND 15),
    from_unix_ms       bigint   NOT NULL CONSTRAINT case_from CHECK (from_unix_ms >= 0),
    until_unix_ms      bigint   NOT NULL CONSTRAINT case_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms bigint   NOT NULL,
    version            bigint   NOT NULL CONSTRAINT case_version CHECK (version >= 1),
    content            text     NOT NULL CONSTRAINT case_content CHECK (content::json IS NOT NULL AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id),
    FOREIGN KEY (acquirer_id, subject) REFERENCES identity (acquirer_id, identity_id)
);

-- An identity has one case that is not decided.
CREATE UNIQUE INDEX case_open ON verification_case (subject, acquirer_id) WHERE state BETWEEN 1 AND 6;
CREATE INDEX case_of_subject ON verification_case (subject, acquirer_id);

CREATE TABLE deregistration (
    acquirer_id        text COLLATE "C" NOT NULL CONSTRAINT deregistration_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    id                 text COLLATE "C" NOT NULL CONSTRAINT deregistration_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            text COLLATE "C" NOT NULL,
    state              smallint NOT NULL CONSTRAINT deregistration_state CHECK (state BETWEEN 1 AND 13),
    from_unix_ms       bigint   NOT NULL CONSTRAINT deregistration_from CHECK (from_unix_ms >= 0),
    until_unix_ms      bigint   NOT NULL CONSTRAINT deregistration_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms bigint   NOT NULL,
    version            bigint   NOT NULL CONSTRAINT deregistration_version CHECK (version >= 1),
    content            text     NOT NULL CONSTRAINT deregistration_content CHECK (content::json IS NOT NULL AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id),
    FOREIGN KEY (acquirer_id, subject) REFERENCES merchant (acquirer_id, merchant_no)
);

-- A merchant has one deregistration under way.
CREATE UNIQUE INDEX deregistration_open ON deregistration (subject, acquirer_id) WHERE state BETWEEN 1 AND 8 OR state = 13;
CREATE INDEX deregistration_of_subject ON deregistration (subject, acquirer_id);

-- Written once; the trigger below refuses every change.
CREATE TABLE receipt (
    acquirer_id        text COLLATE "C" NOT NULL CONSTRAINT receipt_acquirer CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    id                 text COLLATE "C" NOT NULL CONSTRAINT receipt_id CHECK (length(id) BETWEEN 1 AND 64),
    -- The deregistration that it closes.
    subject            text COLLATE "C" NOT NULL,
    state              smallint NOT NULL CONSTRAINT receipt_state CHECK (state = 1),
    from_unix_ms       bigint   NOT NULL CONSTRAINT receipt_from CHECK (from_unix_ms >= 0),
    until_unix_ms      bigint   NOT NULL CONSTRAINT receipt_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms bigint   NOT NULL,
    version            bigint   NOT NULL CONSTRAINT receipt_version CHECK (version = 1),
    content            text     NOT NULL CONSTRAINT receipt_content CHECK (content::json IS NOT NULL AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id),
    FOREIGN KEY (acquirer_id, subject) REFERENCES deregistration (acquirer_id, id)
);

CREATE UNIQUE INDEX receipt_of_deregistration ON receipt (subject, acquirer_id);

CREATE FUNCTION receipt_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a receipt never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_final'; END $$;

CREATE TRIGGER receipt_final BEFORE UPDATE ON receipt FOR EACH ROW EXECUTE FUNCTION receipt_is_final();

-- Policies and maintenance windows; acquirer_id is '' for every acquirer, subject the source document or the service.
CREATE TABLE policy (
    acquirer_id        text COLLATE "C" NOT NULL CONSTRAINT policy_acquirer CHECK (acquirer_id = '' OR length(acquirer_id) BETWEEN 8 AND 11),
    id                 text COLLATE "C" NOT NULL CONSTRAINT policy_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            text COLLATE "C" NOT NULL,
    state              smallint NOT NULL CONSTRAINT policy_state CHECK (state BETWEEN 1 AND 3),
    from_unix_ms       bigint   NOT NULL CONSTRAINT policy_from CHECK (from_unix_ms >= 0),
    until_unix_ms      bigint   NOT NULL CONSTRAINT policy_until CHECK (until_unix_ms = 0 OR until_unix_ms > from_unix_ms),
    changed_at_unix_ms bigint   NOT NULL,
    version            bigint   NOT NULL CONSTRAINT policy_version CHECK (version >= 1),
    content            text     NOT NULL CONSTRAINT policy_content CHECK (content::json IS NOT NULL AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id)
);

CREATE TABLE maintenance_window (
    acquirer_id        text COLLATE "C" NOT NULL CONSTRAINT window_acquirer CHECK (acquirer_id = '' OR length(acquirer_id) BETWEEN 8 AND 11),
    id                 text COLLATE "C" NOT NULL CONSTRAINT window_id CHECK (length(id) BETWEEN 1 AND 64),
    subject            text COLLATE "C" NOT NULL,
    state              smallint NOT NULL CONSTRAINT window_state CHECK (state BETWEEN 1 AND 3),
    from_unix_ms       bigint   NOT NULL CONSTRAINT window_from CHECK (from_unix_ms >= 0),
    until_unix_ms      bigint   NOT NULL CONSTRAINT window_until CHECK (until_unix_ms > from_unix_ms),
    changed_at_unix_ms bigint   NOT NULL,
    version            bigint   NOT NULL CONSTRAINT window_version CHECK (version >= 1),
    content            text     NOT NULL CONSTRAINT window_content CHECK (content::json IS NOT NULL AND length(content) <= 65536),
    PRIMARY KEY (acquirer_id, id)
);

-- What a write answered, by the id that its caller gave it: the same id with the same body has the same answer, whatever breaks.
CREATE TABLE request (
    acquirer_id         text COLLATE "C" NOT NULL,
    request_id          text COLLATE "C" NOT NULL CONSTRAINT request_id_length CHECK (length(request_id) BETWEEN 1 AND 64),
    body_hash           bytea  NOT NULL CONSTRAINT request_body_hash CHECK (length(body_hash) = 32),
    result              bytea  NOT NULL CONSTRAINT request_result CHECK (length(result) <= 65536),
    revision            bigint NOT NULL,
    changed_records     integer NOT NULL,
    -- First instant at which it may be forgotten; 0 for never.
    keep_until_unix_ms  bigint NOT NULL,
    PRIMARY KEY (acquirer_id, request_id)
);

CREATE INDEX request_by_age ON request (keep_until_unix_ms) WHERE keep_until_unix_ms > 0;

-- Who did what. hash is over the line and the hash before it, so that a line that is gone or altered shows.
CREATE TABLE audit (
    seq            bigint PRIMARY KEY CHECK (seq >= 1),
    at_unix_ms     bigint NOT NULL,
    actor          text   NOT NULL CONSTRAINT audit_actor CHECK (length(actor) BETWEEN 1 AND 128),
    action         text   NOT NULL CONSTRAINT audit_action CHECK (length(action) BETWEEN 1 AND 64),
    acquirer_id    text COLLATE "C" NOT NULL,
    request_id     text COLLATE "C" NOT NULL,
    -- The rows that were written, by name and version.
    changes        text   NOT NULL CONSTRAINT audit_changes CHECK (length(changes) <= 4096),
    -- SHA-256 over what was written.
    changes_hash   bytea  NOT NULL CHECK (length(changes_hash) = 32),
    first_revision bigint NOT NULL,
    last_revision  bigint NOT NULL,
    hash           bytea  NOT NULL CHECK (length(hash) = 32)
);

CREATE INDEX audit_by_time ON audit (at_unix_ms);

-- How far an import has come that was cut off; written with each of its batches, gone when it has reached the end.
CREATE TABLE import_progress (
    source    text    PRIMARY KEY CONSTRAINT import_source CHECK (length(source) = 64),
    last_line integer NOT NULL CHECK (last_line >= 0),
    records   bigint  NOT NULL CHECK (records >= 0),
    bad_lines bigint  NOT NULL CHECK (bad_lines >= 0)
);
