-- How the attributes' scores are spread, and how much of them could be looked at.
SELECT attribute, count(value) AS models,
    percentile_cont(0.1) WITHIN GROUP (ORDER BY value) AS tenth,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY value) AS quarter,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY value) AS three_quarters,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY value) AS nine_tenths,
    avg(coverage) AS coverage
FROM scores s JOIN models m ON s.registry = m.registry AND s.id = m.id
WHERE value IS NOT NULL AND m.tags IS NOT NULL GROUP BY attribute ORDER BY attribute
