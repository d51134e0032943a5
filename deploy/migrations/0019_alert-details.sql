-- What an episode's latest signal says to people: summary, advice, question, reason and the like, sealed as evidence is. Null
-- in rows from before. `seq` and `place` order the signals of one person's decisions; signals of others have none.
alter table alerts.episodes add column details bytea null, add column seq bigint null, add column place int null;
alter table alerts.episodes alter column details set storage external;
