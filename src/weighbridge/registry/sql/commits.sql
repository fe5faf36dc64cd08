SELECT DISTINCT ON (place, commit)
    $snapshot AS snapshot, $registry AS registry, id, commit.id AS commit,
    moment(commit.date) AS date,
    [author."user" FOR author IN commit.authors IF author."user" IS NOT NULL] AS authors,
    left(commit.title, 200) AS title, commit.signed AS is_signed
FROM (
    SELECT place, id, unnest(from_json(r.commits,
        '[{"id": "VARCHAR", "date": "VARCHAR", "title": "VARCHAR", "signed": "BOOLEAN", "authors": [{"user": "VARCHAR"}]}]'
    )) AS commit
    FROM kept WHERE json_type(r.commits) = 'ARRAY'
)
WHERE commit.id IS NOT NULL
ORDER BY place, date DESC, commit;
