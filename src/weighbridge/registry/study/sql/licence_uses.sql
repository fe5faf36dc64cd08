-- Licences of models beside those of the projects that use them; a project with several licences is not judged.
SELECT d.model_licence AS original, CASE WHEN len(r.licences) = 1 THEN r.licences[1] END AS derivative,
    len(r.licences) > 1 AS is_ambiguous, count(*) AS relations
FROM dependents d JOIN repositories r ON d.repository = r.repository
GROUP BY 1, 2, 3
