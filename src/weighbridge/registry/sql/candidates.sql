-- Every model with what conditions ask about (tables that none asks about are not read); the size is that of the weights in their smallest format.
SELECT
    models.* EXCLUDE (snapshot, record, tags, storage),
    coalesce(models.tags, []) AS tags,
    coalesce(shipped.extensions, []) AS extensions,
    shipped.extensions IS NOT NULL AS has_files,
    coalesce(shipped.bytes, counted.bytes, models.storage) AS bytes,
    CASE
        WHEN shipped.bytes IS NOT NULL THEN 'its files'
        WHEN counted.bytes IS NOT NULL THEN 'its tensors'
        WHEN models.storage IS NOT NULL THEN 'all that the repository stores'
    END AS sized_by,
    shipped.bytes IS NULL AND counted.bytes IS NULL AS is_bound,
    coalesce(declared.parents, []) AS parents,
    coalesce(declared.relations, []) AS relations,
    coalesce(trained.datasets, []) AS datasets,
    claimed.registry IS NOT NULL AS has_claims,
    scored.score
FROM models
LEFT JOIN (
    SELECT registry, id, list(DISTINCT extension) AS extensions, min(bytes) AS bytes
    FROM (
        SELECT registry, id, extension,
            CASE
                WHEN extension = 'gguf' THEN min(size)
                WHEN extension IN ('safetensors', 'bin', 'pt', 'pth', 'ckpt', 'onnx', 'h5', 'tflite', 'msgpack', 'nemo')
                    AND count(*) = count(size) THEN sum(size)
            END AS bytes
        FROM files WHERE $files GROUP BY registry, id, extension
    )
    GROUP BY registry, id
) AS shipped USING (registry, id)
LEFT JOIN (
    SELECT registry, id, list_sum([
        TRY_CAST(json_extract_string(counts, '$."' || kind || '"') AS DOUBLE)
        * CASE
            WHEN kind LIKE '%64' THEN 8 WHEN kind LIKE '%32' THEN 4 WHEN kind LIKE '%16' THEN 2
            WHEN kind LIKE '%8%' OR kind = 'BOOL' THEN 1
        END FOR kind IN json_keys(counts)]) AS bytes
    FROM (SELECT registry, id, json_extract(record, '$.safetensors.parameters') AS counts FROM models WHERE $size)
    WHERE json_type(counts) = 'OBJECT'
) AS counted USING (registry, id)
LEFT JOIN (
    SELECT registry, id, list(DISTINCT lower(parent)) AS parents, list(DISTINCT relation) AS relations FROM edges WHERE $edges GROUP BY registry, id
) AS declared USING (registry, id)
LEFT JOIN (
    SELECT registry, id, list(DISTINCT lower(dataset)) AS datasets FROM datasets WHERE $datasets GROUP BY registry, id
) AS trained USING (registry, id)
LEFT JOIN (SELECT DISTINCT registry, id FROM claims WHERE $claims) AS claimed USING (registry, id)
LEFT JOIN (
    SELECT registry, id, avg(value) AS score FROM scores
    WHERE len($attributes) = 0 OR attribute IN (SELECT unnest($attributes)) GROUP BY registry, id
) AS scored USING (registry, id)
