SELECT DISTINCT ON (place, declared_in, dataset)
    $snapshot AS snapshot, $registry AS registry, id, dataset, declared_in
FROM (
    SELECT place, id, unnest(texts(r."cardData".datasets)) AS dataset, 'datasets' AS declared_in
    FROM kept WHERE r."cardData".datasets IS NOT NULL
    UNION ALL
    SELECT place, id, unnest(tagged(r.tags, 'dataset:')), 'tags' FROM kept
)
ORDER BY place, declared_in, dataset;
