-- Models without a licence, by the year in which they were last changed.
SELECT CAST(year(modified) AS VARCHAR) AS last_changed, sum(CASE WHEN licence IS NULL THEN 1 ELSE 0 END) AS part, count(*) AS whole
FROM models WHERE tags IS NOT NULL AND modified IS NOT NULL GROUP BY 1 ORDER BY 1
