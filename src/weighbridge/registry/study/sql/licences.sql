-- Licences as they are declared first.
SELECT coalesce(licence, 'none declared') AS licence, count(*) AS part, (SELECT count(*) FROM models WHERE tags IS NOT NULL) AS whole
FROM models WHERE tags IS NOT NULL GROUP BY 1 ORDER BY part DESC, licence LIMIT 25
