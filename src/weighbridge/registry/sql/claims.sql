SELECT
    $snapshot AS snapshot, $registry AS registry, id,
    row_number() OVER (PARTITION BY place ORDER BY model_at, result_at, metric_at) AS position,
    result.task.type AS task, result.dataset.type AS dataset, result.dataset.name AS dataset_name,
    result.dataset.config, result.dataset.split, result.dataset.revision,
    metric.type AS metric, metric.name AS metric_name,
    TRY_CAST(metric.value ->> '$' AS DOUBLE) AS value, CAST(metric.value AS VARCHAR) AS written,
    coalesce(metric.verified, false) AS is_verified, coalesce(result.source.url, result.source.name) AS source
FROM (
    SELECT *, unnest(result.metrics) AS metric, generate_subscripts(result.metrics, 1) AS metric_at
    FROM (
        SELECT *, unnest(model.results) AS result, generate_subscripts(model.results, 1) AS result_at
        FROM (
            SELECT place, id, unnest(models) AS model, generate_subscripts(models, 1) AS model_at
            FROM (
                SELECT place, id, from_json(index, '[{"results": [{
                    "task": {"type": "VARCHAR"},
                    "dataset": {"type": "VARCHAR", "name": "VARCHAR", "config": "VARCHAR", "split": "VARCHAR",
                        "revision": "VARCHAR"},
                    "metrics": [{"type": "VARCHAR", "name": "VARCHAR", "value": "JSON", "verified": "BOOLEAN"}],
                    "source": {"url": "VARCHAR", "name": "VARCHAR"}}]}]') AS models
                FROM (
                    SELECT place, id, coalesce(
                        CASE WHEN json_type(r."cardData"."model-index") = 'ARRAY' THEN r."cardData"."model-index" END,
                        r."model-index") AS index
                    FROM kept
                )
                WHERE json_type(index) = 'ARRAY'
            )
        )
    )
)
WHERE metric IS NOT NULL
ORDER BY place, position;
