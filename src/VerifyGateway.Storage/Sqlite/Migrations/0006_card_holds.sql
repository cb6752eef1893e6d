-- Holds on settlement cards, and what is to be known of a hold beside what a check reads. A CHECK cannot be changed: the table is
-- made anew.

CREATE TABLE hold_new (
    acquirer_id      TEXT    NOT NULL,
    hold_id          TEXT    NOT NULL CONSTRAINT hold_id_length CHECK (length(hold_id) BETWEEN 1 AND 64),
    kind             INTEGER NOT NULL CONSTRAINT hold_kind CHECK (kind BETWEEN 1 AND 5),
    identity_id      TEXT,
    merchant_no      TEXT,
    terminal_sn      TEXT,
    card_fingerprint BLOB,
    effective_at     INTEGER NOT NULL CONSTRAINT hold_effective_at CHECK (effective_at >= 0),
    -- 0 when the hold does not end by itself; the beginning itself when it was lifted before.
    until            INTEGER NOT NULL CONSTRAINT hold_until CHECK (until = 0 OR until > effective_at OR (lifted_at > 0 AND until = effective_at)),
    -- 1 when completions, refunds and voids pass; a risk hold (2) alone can say so.
    refunds_pass     INTEGER NOT NULL CONSTRAINT hold_refunds CHECK (refunds_pass = 0 OR (refunds_pass = 1 AND kind = 2)),
    -- On whose authority it stands; 0 when that is not known.
    authority        INTEGER NOT NULL CONSTRAINT hold_authority CHECK (authority BETWEEN 0 AND 8),
    document_no      TEXT    NOT NULL CONSTRAINT hold_document_no CHECK (length(document_no) <= 128),
    organ            TEXT    NOT NULL CONSTRAINT hold_organ CHECK (length(organ) <= 64),
    reason           TEXT    NOT NULL CONSTRAINT hold_reason CHECK (length(reason) <= 512),
    placed_by        TEXT    NOT NULL CONSTRAINT hold_placed_by CHECK (length(placed_by) <= 192),
    placed_at        INTEGER NOT NULL CONSTRAINT hold_placed_at CHECK (placed_at >= 0),
    lifted_by        TEXT    NOT NULL CONSTRAINT hold_lifted_by CHECK (length(lifted_by) <= 192 AND (lifted_by = '' OR lifted_at > 0)),
    -- 0 when it was not lifted.
    lifted_at        INTEGER NOT NULL CONSTRAINT hold_lifted_at CHECK (lifted_at >= 0),
    lift_document_no TEXT    NOT NULL CONSTRAINT hold_lift_document_no CHECK (length(lift_document_no) <= 128 AND (lift_document_no = '' OR lifted_at > 0)),
    renewals         INTEGER NOT NULL CONSTRAINT hold_renewals CHECK (renewals BETWEEN 0 AND 1000000),
    version          INTEGER NOT NULL CONSTRAINT hold_version CHECK (version >= 1),
    PRIMARY KEY (acquirer_id, hold_id),
    CONSTRAINT hold_one_target CHECK ((identity_id IS NOT NULL) + (merchant_no IS NOT NULL) + (terminal_sn IS NOT NULL) + (card_fingerprint IS NOT NULL) = 1),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id),
    FOREIGN KEY (acquirer_id, merchant_no) REFERENCES merchant (acquirer_id, merchant_no),
    FOREIGN KEY (acquirer_id, terminal_sn) REFERENCES terminal (acquirer_id, terminal_sn),
    FOREIGN KEY (acquirer_id, card_fingerprint) REFERENCES settlement_card (acquirer_id, fingerprint)
) STRICT, WITHOUT ROWID;

INSERT INTO hold_new (acquirer_id, hold_id, kind, identity_id, merchant_no, terminal_sn, effective_at, until, refunds_pass,
    authority, document_no, organ, reason, placed_by, placed_at, lifted_by, lifted_at, lift_document_no, renewals, version)
SELECT acquirer_id, hold_id, kind, identity_id, merchant_no, terminal_sn, effective_at, until, refunds_pass,
    0, '', '', '', '', 0, '', 0, '', 0, version FROM hold;

DROP TABLE hold;
ALTER TABLE hold_new RENAME TO hold;

CREATE INDEX hold_on_identity ON hold (acquirer_id, identity_id) WHERE identity_id IS NOT NULL;
CREATE INDEX hold_on_merchant ON hold (acquirer_id, merchant_no) WHERE merchant_no IS NOT NULL;
CREATE INDEX hold_on_terminal ON hold (acquirer_id, terminal_sn) WHERE terminal_sn IS NOT NULL;
CREATE INDEX hold_on_card ON hold (acquirer_id, card_fingerprint) WHERE card_fingerprint IS NOT NULL;

-- Which gateways follow the feed, and how far each has come. Not part of the content: in neither feed nor audit trail.
CREATE TABLE gateway (
    gateway_id          TEXT    PRIMARY KEY CONSTRAINT gateway_id_length CHECK (length(gateway_id) BETWEEN 1 AND 64),
    name                TEXT    NOT NULL CONSTRAINT gateway_name CHECK (length(name) <= 128),
    applied_revision    INTEGER NOT NULL CONSTRAINT gateway_applied CHECK (applied_revision >= 0),
    reported_at_unix_ms INTEGER NOT NULL CONSTRAINT gateway_reported CHECK (reported_at_unix_ms >= 0)
) STRICT, WITHOUT ROWID;

-- What the planner was told of the table went with it.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('hold', 'hold', '2000 80 1'), ('hold', 'hold_on_identity', '200 10 1'), ('hold', 'hold_on_merchant', '1600 70 1'), ('hold', 'hold_on_terminal', '200 10 1'),
    ('hold', 'hold_on_card', '200 10 1');
