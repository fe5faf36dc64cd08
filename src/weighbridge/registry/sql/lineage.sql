-- Every declared edge once, with all that is said of it; a parent that was renamed under its name of today.
WITH
gone AS (SELECT DISTINCT parent FROM edges ANTI JOIN models ON models.id = edges.parent),
found AS (
    SELECT gone.parent, models.id AS present, 1 AS place
    FROM gone JOIN models ON lower(models.id) = lower(gone.parent)
    UNION ALL
    -- The Hub's oldest models had no owner; they now belong to those that made them.
    SELECT gone.parent, models.id, 2 FROM gone JOIN models ON models.name = gone.parent
    WHERE NOT contains(gone.parent, '/')
        AND models.owner IN ('google-bert', 'FacebookAI', 'openai-community', 'google-t5', 'distilbert', 'albert', 'almanach',
            'xlnet', 'transfo-xl', 'dbmdz')
    UNION ALL
    SELECT gone.parent, models.id, 3
    FROM gone
    JOIN history.models AS before ON before.id = gone.parent
    JOIN models ON models.sha = before.sha OR (models.name = before.name AND models.created = before.created)
),
renamed AS (
    SELECT parent, min(present) AS present
    FROM found
    GROUP BY parent, place HAVING count(DISTINCT present) = 1
    QUALIFY row_number() OVER (PARTITION BY parent ORDER BY place) = 1
)
SELECT
    edges.id,
    coalesce(renamed.present, edges.parent) AS parent,
    min(edges.parent) AS written,
    list_sort(list(DISTINCT edges.relation) FILTER (edges.relation IS NOT NULL)) AS relations,
    list_sort(list(DISTINCT edges.declared_in)) AS declared_in
FROM edges LEFT JOIN renamed ON renamed.parent = edges.parent
GROUP BY ALL
ORDER BY ALL;
