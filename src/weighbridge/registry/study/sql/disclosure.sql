-- What is told of the carbon, the machines and the time that training took; the checks' answers need the cards' texts.
SELECT 'carbon dioxide declared in the metadata' AS disclosure, count(co2) AS part, count(*) AS whole FROM models WHERE tags IS NOT NULL
UNION ALL
SELECT CASE code WHEN 'RP003' THEN 'emissions disclosed' WHEN 'RP001' THEN 'training hardware stated' ELSE 'training time stated' END,
    sum(CASE WHEN state IN ('verified', 'claimed') THEN 1 ELSE 0 END), count(*)
FROM measurements WHERE code IN ('RP003', 'RP001', 'RP002') AND state NOT IN ('not_applicable', 'unknown') GROUP BY code
