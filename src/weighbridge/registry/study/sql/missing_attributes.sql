-- What models do not tell, by task, library, year of the last change, and popularity.
WITH claiming AS (SELECT DISTINCT registry, id FROM claims),
training AS (SELECT DISTINCT registry, id FROM datasets),
based AS (SELECT DISTINCT registry, id FROM edges),
told AS (
    SELECT m.task, m.library, CAST(year(m.modified) AS VARCHAR) AS year,
        CASE WHEN m.downloads IS NULL THEN 'not told' WHEN m.downloads = 0 THEN 'none' WHEN m.downloads < 10 THEN '1 to 9'
            WHEN m.downloads < 1000 THEN '10 to 999' WHEN m.downloads < 100000 THEN '1,000 to 99,999' ELSE '100,000 and more' END AS band,
        m.licence, m.has_card, m.model_type, t.id AS trained, b.id AS based, c.id AS claimed
    FROM models m
    LEFT JOIN training t ON m.registry = t.registry AND m.id = t.id
    LEFT JOIN based b ON m.registry = b.registry AND m.id = b.id
    LEFT JOIN claiming c ON m.registry = c.registry AND m.id = c.id
    WHERE m.tags IS NOT NULL
),
grouped AS (
    SELECT 'task' AS grouping, coalesce(task, 'not named') AS value, * FROM told
    UNION ALL SELECT 'library', coalesce(library, 'not named'), * FROM told
    UNION ALL SELECT 'last changed', coalesce(year, 'not told'), * FROM told
    UNION ALL SELECT 'downloads', band, * FROM told
),
rates AS (
    SELECT grouping, value, count(*) AS models,
        1 - count(licence) / CAST(count(*) AS DOUBLE) AS no_licence,
        1 - count(trained) / CAST(count(*) AS DOUBLE) AS no_dataset,
        1 - count(based) / CAST(count(*) AS DOUBLE) AS no_base_model,
        1 - count(model_type) / CAST(count(*) AS DOUBLE) AS no_architecture,
        1 - count(claimed) / CAST(count(*) AS DOUBLE) AS no_claims,
        1 - sum(CASE WHEN has_card THEN 1 ELSE 0 END) / CAST(count(*) AS DOUBLE) AS no_card
    FROM grouped GROUP BY grouping, value
),
placed AS (SELECT *, row_number() OVER (PARTITION BY grouping ORDER BY models DESC, value) AS place FROM rates)
SELECT concat(grouping, ': ', value) AS models_of, models, no_licence, no_dataset, no_base_model, no_architecture, no_claims, no_card
FROM placed WHERE place <= 10 ORDER BY grouping, place
