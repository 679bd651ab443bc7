// Emmett on PostgreSQL: the whole job in its own language, so that no bridge is measured.
//   node emmett.mjs SINGLE_URL BULK_URL JOB.json   writes a Result of job.py on standard output
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreConsumer,
} from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

const [singleUrl, bulkUrl, job] = process.argv.slice(2);
const { singly, revisions, questions } = JSON.parse(readFileSync(job, 'utf8'));
const event = ({ published, headline, body }) => ({
  type: 'Recorded',
  data: { published, headline, body },
});
const elapsed = (began) => Number(process.hrtime.bigint() - began) / 1000;

const single = getPostgreSQLEventStore(singleUrl);
await single.schema.migrate();
const append = [];
for (const each of revisions.slice(0, singly)) {
  const began = process.hrtime.bigint();
  await single.appendToStream(each.story, [event(each)]);
  append.push(elapsed(began));
}
await single.close();

// In bulk: what one call takes, the events of one stream. Order between stories is lost in it.
const store = getPostgreSQLEventStore(bulkUrl);
await store.schema.migrate();
const client = new pg.Client({ connectionString: bulkUrl });
await client.connect();
const bytes = async () => {
  const found = await client.query('select pg_database_size(current_database()) as size');
  return Number(found.rows[0].size);
};
const empty = await bytes();
const stories = new Map();
for (const each of revisions) {
  if (!stories.has(each.story)) stories.set(each.story, []);
  stories.get(each.story).push(event(each));
}
let began = process.hrtime.bigint();
for (const [story, events] of stories) await store.appendToStream(story, events);
const bulk = elapsed(began) / revisions.length;

const asOf = [];
for (const { story, at, answer } of questions) {
  began = process.hrtime.bigint();
  const { events } = await store.readStream(story);
  let held = null;
  for (const { data } of events) if (data.published <= at) held = data;
  asOf.push(elapsed(began));
  const digest = createHash('sha256').update(`${held.headline}\n${held.body}`).digest('hex');
  if (digest !== answer) throw new Error(`${story} as of ${at}: another text`);
}

began = process.hrtime.bigint();
await client.query('create table view (story text, published bigint, place bigint)');
let rows = [];
let seen = 0;
const flush = async () => {
  await client.query('insert into view select * from unnest($1::text[], $2::bigint[], $3::bigint[])', [
    rows.map((row) => row[0]),
    rows.map((row) => row[1]),
    rows.map((row) => row[2]),
  ]);
  rows = [];
};
const consumer = postgreSQLEventStoreConsumer({
  connectionString: bulkUrl,
  pulling: { batchSize: 1000 },
});
consumer.reactor({
  processorId: 'view',
  startFrom: 'BEGINNING',
  stopAfter: () => seen >= revisions.length,
  eachMessage: async ({ data, metadata }) => {
    rows.push([metadata.streamName, data.published, String(metadata.globalPosition)]);
    seen += 1;
    if (rows.length >= 1000) await flush();
  },
});
await consumer.start();
await flush();
await client.query('create index on view (story, published, place)');
const rebuild = elapsed(began) / revisions.length;
const { rows: [{ count }] } = await client.query('select count(*)::int from view');
if (count < revisions.length) throw new Error(`${count} rows of ${revisions.length}`);
const size = ((await bytes()) - empty) / revisions.length;
await consumer.close();
await client.end();
await store.close();
console.log(JSON.stringify({ append, bulk, as_of: asOf, rebuild, size }));
process.exit(0);
