import { UniqueViolation } from '../../lib/repository';
import { NamedSource } from '../../lib/sql';
import { translated } from '../../lib/sql/unique';

const known = { dialect: 'postgres', dates: 'text' } as const;
const declared = NamedSource.of(
  'users',
  { columns: { tenant: 'tenant', eMail: 'e_mail', quoted: 'a, "b"' } },
  known,
);
const open = NamedSource.of('users', {}, known);

const postgres = (detail?: string) => Object.assign(new Error('duplicate key'), { code: '23505', detail });
const sqlite = (message: string) => new Error(message);

test.each<[string, Error, string[]]>([
  ['one column', postgres('Key (e_mail)=(a@b.c) already exists.'), ['eMail']],
  ['several', postgres('Key (tenant, e_mail)=(x, y) already exists.'), ['tenant', 'eMail']],
  ['another language', postgres('Schlüssel »(e_mail)=(x)« existiert bereits.'), ['eMail']],
  ['a quoted name', postgres('Key ("a, ""b""")=(x) already exists.'), ['quoted']],
  ['a value that looks like a key', postgres('Key (e_mail)=((tenant)=(x)) already exists.'), ['eMail']],
  ['an expression', postgres('Key (lower(e_mail))=(x) already exists.'), []],
  ['a column that is not declared', postgres('Key (secret)=(x) already exists.'), []],
  ['no detail', postgres(), []],
  ['SQLite', sqlite('UNIQUE constraint failed: users.tenant, users.e_mail'), ['tenant', 'eMail']],
  [
    'SQLite through Knex',
    sqlite("insert into `users` values ('x') - UNIQUE constraint failed: users.e_mail"),
    ['eMail'],
  ],
  [
    'SQLite over a network',
    sqlite('D1_ERROR: UNIQUE constraint failed: users.e_mail: SQLITE_CONSTRAINT'),
    ['eMail'],
  ],
  ['an index on an expression', sqlite("UNIQUE constraint failed: index 'lower_mail'"), []],
])('a taken value is told by its properties: %s', (_, error, fields) => {
  for (const thrown of [error, new Error('wrapped', { cause: error })]) {
    const violation = translated(thrown, declared);
    expect(violation).toBeInstanceOf(UniqueViolation);
    expect(violation).toMatchObject({ fields, cause: thrown });
  }
});

test('where nothing is declared, the columns are the properties', () => {
  expect(translated(postgres('Key (a, b)=(1, 2) already exists.'), open)).toMatchObject({
    fields: ['a', 'b'],
  });
});

test.each<[string, unknown]>([
  ['another error', Object.assign(new Error('null value'), { code: '23502' })],
  [
    'a value that looks like a message',
    sqlite(
      "insert into `users` values ('UNIQUE constraint failed: users.e_mail') - NOT NULL constraint failed: users.tenant",
    ),
  ],
  ['no error', undefined],
  ['a text', 'UNIQUE constraint failed: users.e_mail'],
])('anything else stays as it is: %s', (_, error) => {
  expect(translated(error, declared)).toBe(error);
});

test('an error that causes itself is no loop', () => {
  const error = new Error('odd');
  error.cause = error;
  expect(translated(error, declared)).toBe(error);
});
