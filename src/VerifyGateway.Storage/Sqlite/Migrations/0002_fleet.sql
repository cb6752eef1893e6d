-- What a fleet file brings beside the first schema: acquirers, settlement cards, and what kind of business a merchant is.
-- Rows from before have the defaults, which mean "not known". Still nobody is named: numbers of documents and cards are here
-- only as keyed hashes (HMAC-SHA256, with the name of the key) and masks, acquirers only as labels.

CREATE TABLE acquirer (
    acquirer_id TEXT    NOT NULL PRIMARY KEY CONSTRAINT acquirer_id_length CHECK (length(acquirer_id) BETWEEN 8 AND 11),
    name_code   TEXT    NOT NULL CONSTRAINT acquirer_name_code CHECK (length(name_code) BETWEEN 1 AND 64),
    kind        INTEGER NOT NULL CONSTRAINT acquirer_kind CHECK (kind BETWEEN 1 AND 2)
) STRICT, WITHOUT ROWID;

CREATE TABLE settlement_card (
    acquirer_id     TEXT NOT NULL,
    fingerprint     BLOB NOT NULL CONSTRAINT card_fingerprint_length CHECK (length(fingerprint) = 32),
    fingerprint_key TEXT NOT NULL CONSTRAINT card_key_length CHECK (length(fingerprint_key) BETWEEN 1 AND 16),
    mask            TEXT NOT NULL CONSTRAINT card_mask CHECK (mask = '' OR mask LIKE '%****%'),
    identity_id     TEXT NOT NULL,
    PRIMARY KEY (acquirer_id, fingerprint),
    FOREIGN KEY (acquirer_id, identity_id) REFERENCES identity (acquirer_id, identity_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE identity ADD COLUMN subject_kind INTEGER NOT NULL DEFAULT 0 CONSTRAINT identity_subject_kind CHECK (subject_kind BETWEEN 0 AND 4);
ALTER TABLE identity ADD COLUMN document_hash BLOB CONSTRAINT identity_document_hash CHECK (document_hash IS NULL OR length(document_hash) = 32);
ALTER TABLE identity ADD COLUMN document_hash_key TEXT NOT NULL DEFAULT '' CONSTRAINT identity_hash_key CHECK (length(document_hash_key) <= 16);

ALTER TABLE merchant ADD COLUMN kind INTEGER NOT NULL DEFAULT 0 CONSTRAINT merchant_kind CHECK (kind BETWEEN 0 AND 5);
ALTER TABLE merchant ADD COLUMN region TEXT NOT NULL DEFAULT '' CONSTRAINT merchant_region CHECK (region = '' OR region GLOB '[1-8][0-9][0-9][0-9][0-9][0-9]');
ALTER TABLE merchant ADD COLUMN mcc TEXT NOT NULL DEFAULT '' CONSTRAINT merchant_mcc CHECK (mcc = '' OR mcc GLOB '[0-9][0-9][0-9][0-9]');
ALTER TABLE merchant ADD COLUMN account_class INTEGER NOT NULL DEFAULT 0 CONSTRAINT merchant_account_class CHECK (account_class BETWEEN 0 AND 3);
ALTER TABLE merchant ADD COLUMN card_fingerprint BLOB CONSTRAINT merchant_card_length CHECK (card_fingerprint IS NULL OR length(card_fingerprint) = 32);

-- A column that is added later cannot carry a foreign key of two columns: triggers hold what such a key would. Cards are never deleted.
CREATE TRIGGER merchant_card_on_insert BEFORE INSERT ON merchant
WHEN NEW.card_fingerprint IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM settlement_card WHERE acquirer_id = NEW.acquirer_id AND fingerprint = NEW.card_fingerprint)
BEGIN SELECT RAISE(ABORT, 'merchant_card'); END;

CREATE TRIGGER merchant_card_on_update BEFORE UPDATE OF card_fingerprint ON merchant
WHEN NEW.card_fingerprint IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM settlement_card WHERE acquirer_id = NEW.acquirer_id AND fingerprint = NEW.card_fingerprint)
BEGIN SELECT RAISE(ABORT, 'merchant_card'); END;

-- How far an import has come that was cut off; written with each of its batches, gone when it has reached the end.
CREATE TABLE import_progress (
    source    TEXT    NOT NULL PRIMARY KEY CONSTRAINT import_source CHECK (length(source) = 64),
    last_line INTEGER NOT NULL CHECK (last_line >= 0),
    records   INTEGER NOT NULL CHECK (records >= 0),
    bad_lines INTEGER NOT NULL CHECK (bad_lines >= 0)
) STRICT, WITHOUT ROWID;
