-- Every line parsed once; what is not JSON gives no record.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT
    place,
    line,
    r,
    coalesce(r.id, r."modelId") AS id,
    moment(r."createdAt") AS created,
    moment(r."lastModified") AS modified,
    -- Dumps of 2022 list files as plain texts; the parse above leaves those empty.
    CASE
        WHEN len(r.siblings) > 0 AND r.siblings[1].rfilename IS NULL
            THEN [{path: path, size: CAST(NULL AS BIGINT), sha256: CAST(NULL AS VARCHAR)}
                  FOR path IN (json_transform(line, '{"siblings": ["VARCHAR"]}')).siblings IF path IS NOT NULL]
        ELSE [{path: file.rfilename, size: file.size, sha256: coalesce(file.lfs.sha256, file.lfs.oid)}
              FOR file IN r.siblings IF file.rfilename IS NOT NULL]
    END AS files
FROM (
    SELECT place, line, TRY(json_transform(line, '{
        "id": "VARCHAR", "modelId": "VARCHAR", "author": "VARCHAR", "sha": "VARCHAR", "createdAt": "VARCHAR",
        "lastModified": "VARCHAR", "downloads": "BIGINT", "downloadsAllTime": "BIGINT", "likes": "BIGINT",
        "pipeline_tag": "VARCHAR", "library_name": "VARCHAR", "gated": "VARCHAR", "private": "BOOLEAN",
        "disabled": "BOOLEAN", "usedStorage": "BIGINT", "ownerIsVerified": "BOOLEAN", "ownerKind": "VARCHAR",
        "tags": ["VARCHAR"], "card": "VARCHAR", "model-index": "JSON", "commits": "JSON",
        "siblings": [{"rfilename": "VARCHAR", "size": "BIGINT", "lfs": {"sha256": "VARCHAR", "oid": "VARCHAR"}}],
        "config": {"model_type": "VARCHAR", "architectures": ["VARCHAR"]},
        "safetensors": {"total": "BIGINT"}, "gguf": {"total": "BIGINT"},
        "baseModels": {"relation": "VARCHAR", "models": [{"id": "VARCHAR"}]},
        "cardData": {"license": "JSON", "license_name": "VARCHAR", "license_link": "VARCHAR", "language": "JSON",
            "datasets": "JSON", "base_model": "JSON", "base_model_relation": "VARCHAR", "model-index": "JSON",
            "co2_eq_emissions": "JSON"}
    }')) AS r
    FROM rows
);
