SELECT $snapshot AS snapshot, $registry AS registry, id, length(r.card) AS characters, r.card AS "text"
FROM kept WHERE r.card IS NOT NULL ORDER BY place;
