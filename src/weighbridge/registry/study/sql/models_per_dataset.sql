-- Models that declare a dataset they were trained on, among the models of which the registry tells more than the name.
SELECT dataset, count(DISTINCT id) AS part, (SELECT count(*) FROM models WHERE tags IS NOT NULL) AS whole
FROM datasets GROUP BY dataset ORDER BY part DESC, dataset LIMIT 20
