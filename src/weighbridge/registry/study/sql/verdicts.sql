-- What the checks say, check by check, the most often contradicted or missing first.
SELECT code,
    avg(CASE WHEN state = 'contradicted' THEN 1.0 ELSE 0 END) AS contradicted,
    avg(CASE WHEN state = 'missing' THEN 1.0 ELSE 0 END) AS missing,
    avg(CASE WHEN state = 'unknown' THEN 1.0 ELSE 0 END) AS unknown,
    avg(CASE WHEN state = 'claimed' THEN 1.0 ELSE 0 END) AS claimed,
    avg(CASE WHEN state = 'verified' THEN 1.0 ELSE 0 END) AS verified,
    avg(CASE WHEN state = 'not_applicable' THEN 1.0 ELSE 0 END) AS not_applicable
FROM measurements v JOIN models m ON v.registry = m.registry AND v.id = m.id
WHERE m.tags IS NOT NULL GROUP BY code
ORDER BY contradicted DESC, missing DESC, code LIMIT 40
