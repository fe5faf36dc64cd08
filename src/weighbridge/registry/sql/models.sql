SELECT
    $snapshot AS snapshot,
    $registry AS registry,
    id,
    coalesce(nullif(r.author, ''), nullif(left(id, greatest(instr(id, '/') - 1, 0)), '')) AS owner,
    substr(id, instr(id, '/') + 1) AS name,
    r.sha,
    created,
    modified,
    counted(r.downloads) AS downloads,
    counted(r."downloadsAllTime") AS downloads_all_time,
    counted(r.likes) AS likes,
    nullif(r.pipeline_tag, '') AS task,
    nullif(r.library_name, '') AS library,
    r.config.model_type AS model_type,
    r.config.architectures[1] AS architecture,
    lower(coalesce(texts(r."cardData".license)[1], tagged(r.tags, 'license:')[1])) AS licence,
    texts(r."cardData".language) AS languages,
    r.tags,
    counted(coalesce(r.safetensors.total, r.gguf.total)) AS parameters,
    counted(r."usedStorage") AS storage,
    r.gated,
    r.private AS is_private,
    r.disabled AS is_disabled,
    r.card IS NOT NULL OR CASE WHEN r.siblings IS NOT NULL THEN list_contains([file.path FOR file IN files], 'README.md') END AS has_card,
    r."cardData" IS NOT NULL AS has_metadata,
    CASE json_type(r."cardData".co2_eq_emissions)
        WHEN 'OBJECT' THEN TRY_CAST(r."cardData".co2_eq_emissions ->> '$.emissions' AS DOUBLE)
        ELSE TRY_CAST(r."cardData".co2_eq_emissions ->> '$' AS DOUBLE)
    END AS co2,
    $source AS source,
    replace(without_card(line, r.card), chr(10), '') AS record
FROM kept
ORDER BY place;
