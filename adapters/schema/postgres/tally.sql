-- Projection `tally`: how many events of each topic each outlet's stories had in each month (UTC).
create table if not exists tally (
    collection integer not null,
    outlet text not null,
    month text not null,
    topic text not null,
    events bigint not null,
    primary key (collection, outlet, month, topic)
)
