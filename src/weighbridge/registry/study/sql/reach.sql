-- Base models by the models that come from them, directly and through others. Cycles end: a pair is walked once.
WITH RECURSIVE declared AS (SELECT DISTINCT id, parent FROM edges WHERE id <> parent),
descent AS (
    SELECT id, parent AS ancestor, 1 AS depth FROM declared
    UNION
    SELECT d.id, e.parent, d.depth + 1 FROM descent d JOIN declared e ON d.ancestor = e.id WHERE d.depth < 12
)
SELECT ancestor AS base_model,
    count(DISTINCT CASE WHEN depth = 1 THEN id END) AS children,
    max(depth) AS depth,
    count(DISTINCT id) AS part, (SELECT count(*) FROM models WHERE tags IS NOT NULL) AS whole
FROM descent WHERE id <> ancestor GROUP BY ancestor ORDER BY part DESC, base_model LIMIT 20
