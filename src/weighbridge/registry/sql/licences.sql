SELECT DISTINCT ON (place, declared_in, licence)
    $snapshot AS snapshot, $registry AS registry, id, licence, name, link, declared_in
FROM (
    SELECT place, id, unnest(texts(r."cardData".license)) AS licence, r."cardData".license_name AS name,
        r."cardData".license_link AS link, 'license' AS declared_in
    FROM kept WHERE r."cardData".license IS NOT NULL
    UNION ALL
    SELECT place, id, unnest(tagged(r.tags, 'license:')), NULL, NULL, 'tags' FROM kept
)
ORDER BY place, declared_in, licence;
