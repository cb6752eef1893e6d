-- Where a write ends, and what followers of the feed show beside a record. Of entries of before it is not known which write they
-- belonged to: each counts as one of its own.
ALTER TABLE feed ADD COLUMN ends_write boolean NOT NULL DEFAULT true;
-- Of a merchant: the masks after the change.
ALTER TABLE feed ADD COLUMN holder_mask text NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN card_mask text NOT NULL DEFAULT '';
-- Of a terminal that has moved to another merchant: the one that it has left.
ALTER TABLE feed ADD COLUMN left_merchant_no text COLLATE "C" NOT NULL DEFAULT '';

-- What stood then, from the history that is kept, and else from what stands now.
UPDATE feed SET
    holder_mask = coalesce(
        (SELECT h.holder_mask FROM record_history h WHERE h.entity = 2 AND h.acquirer_id = feed.acquirer_id AND h.key = feed.key AND h.from_revision = feed.revision),
        (SELECT i.holder_mask FROM merchant m JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id
         WHERE m.acquirer_id = feed.acquirer_id AND m.merchant_no = feed.key AND m.revision = feed.revision), ''),
    card_mask = coalesce(
        (SELECT h.card_mask FROM record_history h WHERE h.entity = 2 AND h.acquirer_id = feed.acquirer_id AND h.key = feed.key AND h.from_revision = feed.revision),
        (SELECT m.settlement_card_mask FROM merchant m WHERE m.acquirer_id = feed.acquirer_id AND m.merchant_no = feed.key AND m.revision = feed.revision), '')
WHERE entity = 2;

UPDATE feed SET left_merchant_no = (
    SELECT CASE WHEN old.merchant_no <> coalesce(
        (SELECT new.merchant_no FROM record_history new
         WHERE new.entity = 1 AND new.acquirer_id = feed.acquirer_id AND new.key = feed.key AND new.from_revision = feed.revision),
        (SELECT t.merchant_no FROM terminal t WHERE t.acquirer_id = feed.acquirer_id AND t.terminal_sn = feed.key AND t.revision = feed.revision),
        old.merchant_no) THEN old.merchant_no ELSE '' END
    FROM record_history old WHERE old.entity = 1 AND old.acquirer_id = feed.acquirer_id AND old.key = feed.key AND old.until_revision = feed.revision)
WHERE entity = 1 AND EXISTS (
    SELECT 1 FROM record_history old WHERE old.entity = 1 AND old.acquirer_id = feed.acquirer_id AND old.key = feed.key AND old.until_revision = feed.revision);
