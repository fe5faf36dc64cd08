-- What stands against the risks, with its share; a row without a whole has nothing in this dataset to be told from.
WITH told AS (SELECT * FROM models WHERE tags IS NOT NULL),
listed AS (
    SELECT registry, id, max(CASE WHEN extension = 'safetensors' THEN 1 ELSE 0 END) AS has_safetensors,
        max(CASE WHEN extension IN ('bin', 'pt', 'pth', 'ckpt', 'pkl', 'pickle', 'joblib') THEN 1 ELSE 0 END) AS has_pickle
    FROM files GROUP BY registry, id
),
signed AS (SELECT registry, id, max(CASE WHEN is_signed THEN 1 ELSE 0 END) AS is_signed FROM commits WHERE is_signed IS NOT NULL GROUP BY registry, id)
SELECT 'organisations verified' AS mitigation, sum(CASE WHEN is_verified THEN 1 ELSE 0 END) AS part, count(*) AS whole
FROM owners WHERE kind = 'organisation'
UNION ALL SELECT 'repositories with signed commits', sum(is_signed), count(*) FROM signed
UNION ALL SELECT 'datasets declared', (SELECT count(DISTINCT id) FROM datasets), count(*) FROM told
UNION ALL SELECT 'base model declared', (SELECT count(DISTINCT id) FROM edges), count(*) FROM told
UNION ALL SELECT 'architecture named', count(model_type), count(*) FROM told
UNION ALL SELECT 'card present', sum(CASE WHEN has_card THEN 1 ELSE 0 END), count(has_card) FROM told
UNION ALL SELECT 'performance claims that a machine can read', (SELECT count(DISTINCT id) FROM claims), count(*) FROM told
UNION ALL SELECT 'licence declared', count(licence), count(*) FROM told
UNION ALL SELECT 'weights as safetensors', sum(has_safetensors), count(*) FROM listed
UNION ALL SELECT 'no weights as pickles', sum(1 - has_pickle), count(*) FROM listed
UNION ALL SELECT 'access granted one by one', sum(CASE WHEN gated <> 'false' THEN 1 ELSE 0 END), count(gated) FROM told
