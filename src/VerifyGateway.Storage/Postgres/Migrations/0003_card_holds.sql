-- Holds on settlement cards, and what is to be known of a hold beside what a check reads.
ALTER TABLE hold
    ADD COLUMN card_fingerprint bytea,
    -- On whose authority it stands; 0 when that is not known.
    ADD COLUMN authority   smallint NOT NULL DEFAULT 0 CONSTRAINT hold_authority CHECK (authority BETWEEN 0 AND 8),
    ADD COLUMN document_no text     NOT NULL DEFAULT '' CONSTRAINT hold_document_no CHECK (length(document_no) <= 128),
    ADD COLUMN organ       text     NOT NULL DEFAULT '' CONSTRAINT hold_organ CHECK (length(organ) <= 64),
    ADD COLUMN reason      text     NOT NULL DEFAULT '' CONSTRAINT hold_reason CHECK (length(reason) <= 512),
    ADD COLUMN placed_by   text     NOT NULL DEFAULT '' CONSTRAINT hold_placed_by CHECK (length(placed_by) <= 192),
    ADD COLUMN placed_at   bigint   NOT NULL DEFAULT 0 CONSTRAINT hold_placed_at CHECK (placed_at >= 0),
    ADD COLUMN lifted_by   text     NOT NULL DEFAULT '' CONSTRAINT hold_lifted_by CHECK (length(lifted_by) <= 192),
    -- 0 when it was not lifted.
    ADD COLUMN lifted_at   bigint   NOT NULL DEFAULT 0 CONSTRAINT hold_lifted_at CHECK (lifted_at >= 0),
    ADD COLUMN lift_document_no text NOT NULL DEFAULT '' CONSTRAINT hold_lift_document_no CHECK (length(lift_document_no) <= 128),
    ADD COLUMN renewals    integer  NOT NULL DEFAULT 0 CONSTRAINT hold_renewals CHECK (renewals BETWEEN 0 AND 1000000),
    DROP CONSTRAINT hold_one_target,
    ADD CONSTRAINT hold_one_target CHECK (num_nonnulls(identity_id, merchant_no, terminal_sn, card_fingerprint) = 1),
    -- The end is the beginning itself when the hold was lifted before.
    DROP CONSTRAINT hold_until,
    ADD CONSTRAINT hold_until CHECK (until = 0 OR until > effective_at OR (lifted_at > 0 AND until = effective_at)),
    ADD CONSTRAINT hold_lifted CHECK ((lifted_by = '' AND lift_document_no = '') OR lifted_at > 0),
    ADD FOREIGN KEY (acquirer_id, card_fingerprint) REFERENCES settlement_card (acquirer_id, fingerprint);

CREATE INDEX hold_on_card ON hold (card_fingerprint, acquirer_id) WHERE card_fingerprint IS NOT NULL;

-- Which gateways follow the feed, and how far each has come. Not part of the content: in neither feed nor audit trail.
CREATE TABLE gateway (
    gateway_id          text COLLATE "C" PRIMARY KEY CONSTRAINT gateway_id_length CHECK (length(gateway_id) BETWEEN 1 AND 64),
    name                text   NOT NULL CONSTRAINT gateway_name CHECK (length(name) <= 128),
    applied_revision    bigint NOT NULL CONSTRAINT gateway_applied CHECK (applied_revision >= 0),
    reported_at_unix_ms bigint NOT NULL CONSTRAINT gateway_reported CHECK (reported_at_unix_ms >= 0)
);
