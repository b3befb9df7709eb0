/** What Knex calls the database of an instance, a transaction or a query. */
export function dialectOf(knex: object): string | undefined {
  const { client } = knex as { client?: { dialect?: unknown } };
  const dialect = client?.dialect;
  if (dialect === 'postgresql') return 'postgres';
  return dialect === 'sqlite3' ? 'sqlite' : typeof dialect === 'string' ? dialect : undefined;
}
