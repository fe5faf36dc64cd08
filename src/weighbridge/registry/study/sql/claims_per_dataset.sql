-- Datasets on which metrics are claimed: models and entries of metrics are counted apart.
SELECT coalesce(nullif(dataset, ''), nullif(dataset_name, ''), 'not named') AS dataset, count(*) AS entries,
    count(DISTINCT id) AS part, (SELECT count(*) FROM models WHERE tags IS NOT NULL) AS whole
FROM claims GROUP BY 1 ORDER BY part DESC, dataset LIMIT 20
