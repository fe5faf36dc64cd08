-- How unequally downloads and models are shared out: Gini's coefficient, and what the largest hold of the whole.
WITH amounts AS (
    SELECT 'downloads, by model' AS quantity, CAST(downloads AS DOUBLE) AS amount FROM models WHERE downloads IS NOT NULL
    UNION ALL
    SELECT 'downloads, by owner', sum(downloads) FROM models WHERE downloads IS NOT NULL AND owner IS NOT NULL GROUP BY owner
    UNION ALL
    SELECT 'models, by owner', count(*) FROM models WHERE owner IS NOT NULL GROUP BY owner
    UNION ALL
    SELECT 'models, by architecture', count(*) FROM models WHERE model_type IS NOT NULL GROUP BY model_type
    UNION ALL
    SELECT 'models, by dataset', count(DISTINCT id) FROM datasets GROUP BY dataset
    UNION ALL
    SELECT 'models, by base model', count(DISTINCT id) FROM edges GROUP BY parent
    UNION ALL
    SELECT 'models, by task', count(*) FROM models WHERE task IS NOT NULL GROUP BY task
),
placed AS (
    SELECT quantity, amount,
        row_number() OVER (PARTITION BY quantity ORDER BY amount) AS up,
        row_number() OVER (PARTITION BY quantity ORDER BY amount DESC) AS down
    FROM amounts
)
SELECT quantity,
    count(*) AS holders,
    sum(amount) AS total,
    2 * sum(up * amount) / (count(*) * sum(amount)) - (count(*) + 1.0) / count(*) AS gini,
    sum(CASE WHEN down = 1 THEN amount ELSE 0 END) / sum(amount) AS share_of_largest,
    sum(CASE WHEN down <= 10 THEN amount ELSE 0 END) / sum(amount) AS share_of_ten,
    sum(CASE WHEN down <= 100 THEN amount ELSE 0 END) / sum(amount) AS share_of_hundred
FROM placed GROUP BY quantity HAVING sum(amount) > 0 ORDER BY quantity
