-- Models by their number of parameters, as the registry counted them.
SELECT CASE WHEN parameters < 1000000 THEN '1: below 1 million' WHEN parameters < 10000000 THEN '2: 1 to 10 million'
        WHEN parameters < 100000000 THEN '3: 10 to 100 million' WHEN parameters < 1000000000 THEN '4: 0.1 to 1 billion'
        WHEN parameters < 10000000000 THEN '5: 1 to 10 billion' WHEN parameters < 100000000000 THEN '6: 10 to 100 billion'
        ELSE '7: 100 billion and more' END AS parameters,
    count(*) AS part, (SELECT count(parameters) FROM models) AS whole
FROM models WHERE parameters IS NOT NULL GROUP BY 1 ORDER BY 1
