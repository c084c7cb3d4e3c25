-- Sub-runs: shares of one call's work. Lists leave them out; the run that asked shows them.
alter table run add column sub_run_of text;
create index run_sub_runs on run (org_id, sub_run_of) where sub_run_of is not null;
