-- Formats of weights; a model may have several.
WITH kinds AS (
    SELECT DISTINCT registry, id, CASE
        WHEN extension IN ('bin', 'pt', 'pth', 'ckpt', 'pkl', 'pickle', 'joblib') THEN 'pickle (PyTorch and others)'
        WHEN extension = 'safetensors' THEN 'safetensors' WHEN extension = 'onnx' THEN 'ONNX' WHEN extension = 'gguf' THEN 'GGUF'
        WHEN extension IN ('h5', 'keras', 'pb', 'tflite') THEN 'TensorFlow and Keras' WHEN extension = 'msgpack' THEN 'Flax' END AS format
    FROM files
),
known AS (
    SELECT * FROM (VALUES ('pickle (PyTorch and others)'), ('safetensors'), ('ONNX'), ('GGUF'), ('TensorFlow and Keras'), ('Flax')) AS v(format)
)
SELECT known.format, count(kinds.id) AS part, (SELECT count(DISTINCT concat(registry, ':', id)) FROM files) AS whole
FROM known LEFT JOIN kinds ON known.format = kinds.format GROUP BY known.format ORDER BY part DESC, known.format
