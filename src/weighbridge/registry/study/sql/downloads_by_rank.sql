-- Downloads of packages and models by their rank, thinned as a logarithmic axis shows them.
WITH sizes AS (SELECT registry, source, count(*) AS size FROM packages GROUP BY registry, source),
largest AS (SELECT registry, max_by(source, size) AS source FROM sizes GROUP BY registry),
ranked AS (
    SELECT p.registry AS series, p.rank, p.downloads
    FROM packages p JOIN largest l ON p.registry = l.registry AND p.source = l.source
    WHERE p.downloads > 0
    UNION ALL
    SELECT concat('models of ', registry), row_number() OVER (PARTITION BY registry ORDER BY downloads DESC, id), downloads
    FROM models WHERE downloads > 0
)
SELECT series, rank, downloads FROM ranked
WHERE rank <= 20 OR floor(ln(rank) * 12) <> floor(ln(rank - 1) * 12)
ORDER BY series, rank
