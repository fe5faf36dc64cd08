SELECT $snapshot AS snapshot, $registry AS registry, id, parent, nullif(max(relation), '') AS relation, declared_in
FROM (
    SELECT place, id, unnest(r."baseModels".models).id AS parent, r."baseModels".relation AS relation,
        'baseModels' AS declared_in
    FROM kept WHERE r."baseModels" IS NOT NULL
    UNION ALL
    SELECT place, id, unnest(texts(r."cardData".base_model)), r."cardData".base_model_relation, 'base_model'
    FROM kept WHERE r."cardData".base_model IS NOT NULL
    UNION ALL
    SELECT place, id, regexp_replace(tag, '^(finetune|adapter|quantized|merge):', ''),
        regexp_extract(tag, '^(finetune|adapter|quantized|merge):', 1), 'tags'
    FROM (SELECT place, id, unnest(tagged(r.tags, 'base_model:')) AS tag FROM kept)
)
WHERE parent <> ''
GROUP BY place, id, parent, declared_in ORDER BY place, declared_in, parent;
