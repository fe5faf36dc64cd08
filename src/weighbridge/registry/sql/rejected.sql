SELECT place, id, reason, left(line, 200) AS excerpt
FROM (
    SELECT place, id, line,
        CASE
            WHEN id IS NULL AND NOT coalesce(json_valid(line), false) THEN 'is no JSON'
            WHEN id IS NULL AND json_type(line) <> 'OBJECT' THEN 'is no JSON object'
            WHEN id IS NULL OR id = '' THEN 'names no model: neither id nor modelId'
            WHEN length(id) > 300 OR NOT regexp_full_match(id, '[^\x00-\x20\x7f]+') THEN 'has an id that is no name'
            WHEN place > first_place THEN 'stands twice in the dump'
            WHEN created >= $limit OR modified >= $limit THEN 'has a date after the snapshot''s'
        END AS reason
    FROM staged LEFT JOIN (
        SELECT id AS name, min(place) AS first_place FROM staged GROUP BY id HAVING count(*) > 1
    ) ON id = name
)
WHERE reason IS NOT NULL
ORDER BY place;
