SELECT
    $snapshot AS snapshot, $registry AS registry,
    coalesce(nullif(r.author, ''), left(id, greatest(instr(id, '/') - 1, 0))) AS owner,
    max(r."ownerKind") AS kind, bool_or(r."ownerIsVerified") AS is_verified
FROM kept
WHERE r."ownerIsVerified" IS NOT NULL OR r."ownerKind" IS NOT NULL
GROUP BY owner HAVING owner <> '' ORDER BY owner;
