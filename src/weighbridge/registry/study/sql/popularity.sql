-- Spearman's correlation of scores with downloads: Pearson's of the ranks, of which equal values share the mean.
WITH pairs AS (
    SELECT s.attribute, s.value, m.downloads
    FROM scores s JOIN models m ON s.registry = m.registry AND s.id = m.id
    WHERE s.value IS NOT NULL AND m.downloads IS NOT NULL AND m.tags IS NOT NULL AND s.attribute <> 'popularity'
),
ranked AS (
    SELECT attribute,
        rank() OVER (PARTITION BY attribute ORDER BY value) + (count(*) OVER (PARTITION BY attribute, value) - 1) / 2.0 AS score,
        rank() OVER (PARTITION BY attribute ORDER BY downloads) + (count(*) OVER (PARTITION BY attribute, downloads) - 1) / 2.0 AS downloads
    FROM pairs
)
SELECT attribute, count(*) AS models, corr(score, downloads) AS correlation FROM ranked GROUP BY attribute ORDER BY attribute
