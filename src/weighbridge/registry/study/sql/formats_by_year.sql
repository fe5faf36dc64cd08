-- Formats of weights by the year in which the model was last changed; a model may have several.
WITH formats AS (
    SELECT registry, id,
        max(CASE WHEN extension IN ('bin', 'pt', 'pth', 'ckpt', 'pkl', 'pickle', 'joblib') THEN 1 ELSE 0 END) AS pickle,
        max(CASE WHEN extension = 'safetensors' THEN 1 ELSE 0 END) AS safetensors,
        max(CASE WHEN extension = 'onnx' THEN 1 ELSE 0 END) AS onnx,
        max(CASE WHEN extension = 'gguf' THEN 1 ELSE 0 END) AS gguf,
        max(CASE WHEN extension IN ('h5', 'keras', 'pb', 'tflite') THEN 1 ELSE 0 END) AS tensorflow,
        max(CASE WHEN extension = 'msgpack' THEN 1 ELSE 0 END) AS flax
    FROM files GROUP BY registry, id
)
SELECT CAST(year(m.modified) AS VARCHAR) AS last_changed, count(*) AS models,
    avg(pickle) AS pickle, avg(safetensors) AS safetensors, avg(onnx) AS onnx, avg(gguf) AS gguf, avg(tensorflow) AS tensorflow, avg(flax) AS flax
FROM models m JOIN formats f ON m.registry = f.registry AND m.id = f.id
WHERE m.modified IS NOT NULL GROUP BY 1 ORDER BY 1
