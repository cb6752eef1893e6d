-- Holds of the system (kind 5), and risk holds that let refunds pass. A CHECK cannot be changed: the table is made anew.

CREATE TABLE hold_new (
    acquirer_id  TEXT    NOT NULL,
    hold_id      TEXT    NOT NULL CONSTRAINT hold_id_length CHECK (length(hold_id) BETWEEN 1 AND 64),
    kind         INTEGER NOT NULL CONSTRAINT hold_kind CHECK (kind BETWEEN 1 AND 5),
    identity_id  TEXT,
    merchant_no  TEXT,
    terminal_sn  TEXT,
    effective_at INTEGER NOT NULL CONSTRAINT hold_effective_at CHECK (effective_at >= 0),
    -- 0 when the hold does not end by itself.
    until        INTEGER NOT NULL CONSTRAINT hold_until CHECK (until = 0 OR until > effective_at),
    -- 1 when completions, refunds and voids pass; a risk hold (2) alone can say so.
    refunds_pass INTEGER NOT NULL DEFAULT 0 CONSTRAINT hold_refunds CHECK (refunds_pass = 0 OR (refunds_pass = 1 AND kind = 2)),
    PRIMARY KEY (acquirer_id, hold_id),
    CONSTRAINT hold_one_target CHECK ((identity_id IS NOT NULL) + (merchant_no IS NOT NULL) + (terminal_sn IS NOT NULL) = 1),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id),
    FOREIGN KEY (acquirer_id, merchant_no) REFERENCES merchant (acquirer_id, merchant_no),
    FOREIGN KEY (acquirer_id, terminal_sn) REFERENCES terminal (acquirer_id, terminal_sn)
) STRICT, WITHOUT ROWID;

INSERT INTO hold_new (acquirer_id, hold_id, kind, identity_id, merchant_no, terminal_sn, effective_at, until)
SELECT acquirer_id, hold_id, kind, identity_id, merchant_no, terminal_sn, effective_at, until FROM hold;

DROP TABLE hold;
ALTER TABLE hold_new RENAME TO hold;

CREATE INDEX hold_on_identity ON hold (acquirer_id, identity_id) WHERE identity_id IS NOT NULL;
CREATE INDEX hold_on_merchant ON hold (acquirer_id, merchant_no) WHERE merchant_no IS NOT NULL;
CREATE INDEX hold_on_terminal ON hold (acquirer_id, terminal_sn) WHERE terminal_sn IS NOT NULL;
