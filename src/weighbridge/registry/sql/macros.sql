-- A value that is a text on one card and a list of texts on the next.
CREATE OR REPLACE MACRO texts(value) AS
    CASE json_type(value)
        WHEN 'ARRAY' THEN [text FOR text IN from_json(value, '["VARCHAR"]') IF trim(text) <> '']
        WHEN 'VARCHAR' THEN [text FOR text IN [value ->> '$'] IF trim(text) <> '']
    END;
CREATE OR REPLACE MACRO tagged(tags, prefix) AS
    [substr(tag, length(prefix) + 1) FOR tag IN tags IF starts_with(tag, prefix) AND length(tag) > length(prefix)];
CREATE OR REPLACE MACRO counted(value) AS CASE WHEN value >= 0 THEN value END;
-- The record without the card's text: cut out where it stands as most writers write it, else by parsing the record again.
CREATE OR REPLACE MACRO without_card(line, card) AS
    CASE
        WHEN card IS NULL THEN line
        WHEN contains(line, ',"card":' || to_json(card)) THEN replace(line, ',"card":' || to_json(card), '')
        ELSE json_merge_patch(line, '{"card": null}')
    END;
-- A time with any offset as one of UTC; without an offset it is taken for one.
CREATE OR REPLACE MACRO moment(text) AS make_timestamp(epoch_us(TRY_CAST(text AS TIMESTAMPTZ)));
SET TimeZone = 'UTC';
