-- Models by the family of architecture that the configuration names.
SELECT coalesce(model_type, 'not named') AS architecture, count(*) AS part,
    (SELECT count(*) FROM models WHERE tags IS NOT NULL) AS whole
FROM models WHERE tags IS NOT NULL GROUP BY 1 ORDER BY part DESC, architecture LIMIT 20
