create table story (
    id text not null primary key,
    url text,
    outlet text,
    zone text,
    position integer not null,
    recorded_at text not null
);

create table revision (
    story text not null references story (id),
    revision integer not null,
    published_at text not null,
    earliest text,
    latest text not null,
    precision text not null,
    basis text not null,
    captured text,
    recorded_at text not null,
    position integer not null,
    headline text,
    byline text,
    dateline text,
    text text,
    comments text,
    held text not null,
    commitment text not null,
    primary key (story, revision)
);

create table sighting (
    position integer not null primary key,
    story text not null references story (id),
    at text not null,
    captured text,
    outcome text not null,
    revision integer
);

create table notice (
    story text not null,
    revision integer not null,
    number integer not null,
    kind text,
    at text,
    printed text not null,
    after_paragraph integer,
    primary key (story, revision, number),
    foreign key (story, revision) references revision (story, revision)
);

create table media (
    story text not null,
    revision integer not null,
    number integer not null,
    caption text,
    credit text,
    title text,
    url text,
    after_paragraph integer,
    primary key (story, revision, number),
    foreign key (story, revision) references revision (story, revision)
);

create view latest_revision as
select story, revision, published_at, headline, text
from revision as r
where not exists (
    select 1
    from revision as later
    where later.story = r.story
        and (later.published_at, later.position) > (r.published_at, r.position)
);

create view correction as
select notice.story, notice.revision, revision.published_at, notice.at, notice.printed
from notice join revision using (story, revision)
where notice.kind in ('correction', 'retraction');
