-- The owners of the most models.
SELECT owner, count(*) AS part, (SELECT count(*) FROM models) AS whole
FROM models WHERE owner IS NOT NULL GROUP BY owner ORDER BY part DESC, owner LIMIT 20
