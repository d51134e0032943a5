-- The limits that a vendor stated last, beside the counts in request_budgets: [{"requests", "windowMs"}]. Without them a
-- restart would hold the counts of larger limits against the published ones, and fetch nothing for the rest of the day.
create table ingest.stated_limits (
  vendor text primary key,
  limits jsonb not null,
  stated_at timestamptz not null default now()
);
