-- Licences of base models beside those of the models made from them.
SELECT p.licence AS original, m.licence AS derivative, count(*) AS relations
FROM (SELECT DISTINCT registry, id, parent FROM edges) e
JOIN models m ON e.registry = m.registry AND e.id = m.id
JOIN models p ON e.registry = p.registry AND e.parent = p.id
WHERE m.id <> p.id
GROUP BY 1, 2
