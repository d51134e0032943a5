-- What the alert was when a link was sent: a link acts on nothing that began anew or became more urgent since. Null in rows
-- from before, which act as they did until they expire.
alter table alerts.action_links add column firing_since timestamptz null, add column severity text null;
create index action_links_answers on alerts.action_links (alert_id) where hypothesis_id is not null;
