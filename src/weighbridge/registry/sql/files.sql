SELECT
    $snapshot AS snapshot, $registry AS registry, id, file.path,
    nullif(lower(regexp_extract(file.path, '[^/.]\.([^./]+)$', 1)), '') AS extension,
    counted(file.size) AS size, lower(file.sha256) AS sha256
FROM (SELECT place, id, unnest(files) AS file FROM kept);
