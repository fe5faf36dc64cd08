-- Models with machine-readable claims, by task.
WITH claiming AS (SELECT registry, id, count(*) AS entries FROM claims GROUP BY registry, id)
SELECT coalesce(m.task, 'not named') AS task, CAST(coalesce(sum(c.entries), 0) AS BIGINT) AS entries,
    count(c.id) AS part, count(*) AS whole
FROM models m LEFT JOIN claiming c ON m.registry = c.registry AND m.id = c.id
WHERE m.tags IS NOT NULL GROUP BY 1 ORDER BY whole DESC, task LIMIT 25
