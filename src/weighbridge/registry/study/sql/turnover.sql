-- The thousand most downloaded models of two days.
WITH ranked AS (
    SELECT snapshot, registry, id, row_number() OVER (PARTITION BY snapshot ORDER BY downloads DESC, id) AS rank
    FROM history.models WHERE downloads IS NOT NULL AND snapshot IN ($earlier, $later)
),
before AS (SELECT * FROM ranked WHERE snapshot = $earlier AND rank <= 1000),
after AS (SELECT * FROM ranked WHERE snapshot = $later AND rank <= 1000)
SELECT CASE WHEN a.rank <= 10 OR b.rank <= 10 THEN '1: of the first ten' WHEN a.rank <= 100 OR b.rank <= 100 THEN '2: of the first hundred'
        ELSE '3: of the rest' END AS band,
    sum(CASE WHEN a.id IS NOT NULL AND b.id IS NOT NULL THEN 1 ELSE 0 END) AS stayed,
    sum(CASE WHEN b.id IS NULL THEN 1 ELSE 0 END) AS came,
    sum(CASE WHEN a.id IS NULL THEN 1 ELSE 0 END) AS "left"
FROM before b FULL JOIN after a ON a.registry = b.registry AND a.id = b.id GROUP BY 1 ORDER BY 1
