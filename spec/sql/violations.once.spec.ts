import type { APIError } from '../../lib/errors';
import { UniqueViolation } from '../../lib/repository';
import { NamedSource } from '../../lib/sql';
import { translatedRead, translatedWrite } from '../../lib/sql/violations';

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
    const violation = translatedWrite(thrown, declared);
    expect(violation).toBeInstanceOf(UniqueViolation);
    expect(violation).toMatchObject({ fields, cause: thrown });
  }
});

test('where nothing is declared, the columns are the properties', () => {
  expect(translatedWrite(postgres('Key (a, b)=(1, 2) already exists.'), open)).toMatchObject({
    fields: ['a', 'b'],
  });
});

const postgresError = (code: string, more: object = {}) =>
  Object.assign(new Error('value "secret" of a column'), { code, detail: 'secret', ...more });

test.each<[string, Error, number, string[]]>([
  ['a text that is too long', postgresError('22001'), 400, []],
  ['a number that is too large', postgresError('22003'), 400, []],
  ['no date', postgresError('22007'), 400, []],
  ['a date out of range', postgresError('22008'), 400, []],
  ['no UUID', postgresError('22P02'), 400, []],
  ['a NUL', postgresError('22021'), 400, []],
  ['a column that is told', postgresError('22001', { column: 'e_mail' }), 400, ['eMail']],
  ['null', postgresError('23502', { column: 'e_mail' }), 400, ['eMail']],
  ['null in a column that is not declared', postgresError('23502', { column: 'secret' }), 400, []],
  ['a check', postgresError('23514', { constraint: 'secret' }), 400, []],
  ['a reference', postgresError('23503'), 409, []],
  ['a reference that is restricted', postgresError('23001'), 409, []],
  ['an exclusion', postgresError('23P01'), 409, []],
  ['null in SQLite', sqlite('NOT NULL constraint failed: users.e_mail'), 400, ['eMail']],
  [
    'null in SQLite, through Knex',
    sqlite(
      "insert into `users` values ('secret') - SQLITE_CONSTRAINT: NOT NULL constraint failed: users.e_mail",
    ),
    400,
    ['eMail'],
  ],
  ['a reference in SQLite', sqlite('FOREIGN KEY constraint failed'), 409, []],
  [
    'a reference in SQLite, through Knex',
    sqlite("delete from `users` where `id` = 'secret' - FOREIGN KEY constraint failed"),
    409,
    [],
  ],
  ['a check in SQLite', sqlite("CHECK constraint failed: e_mail <> ('secret')"), 400, []],
  [
    'a check in SQLite, through Knex',
    sqlite("insert into `users` values ('secret') - SQLITE_CONSTRAINT: CHECK constraint failed: a > 0"),
    400,
    [],
  ],
  ['a strict table', sqlite('cannot store TEXT value in INTEGER column users.e_mail'), 400, ['eMail']],
  ['a key that is no integer', sqlite('datatype mismatch'), 400, []],
])('a value that is refused is told, and not repeated: %s', (_, error, status, fields) => {
  for (const thrown of [error, new Error('wrapped', { cause: error })]) {
    const refused = translatedWrite(thrown, declared) as APIError;
    expect(refused).not.toBeInstanceOf(UniqueViolation);
    expect(refused).toMatchObject({ status, cause: thrown });
    expect(refused.errors.map((fault) => 'pointer' in fault && fault.pointer)).toEqual(
      fields.map((field) => `#/${field}`),
    );
    expect(JSON.stringify([refused.message, refused.errors])).not.toMatch(/secret|e_mail/);
  }
});

test.each(['22001', '22003', '22007', '22008', '22P02', '22021'])(
  'a value that is asked for and can not be there is a 400: %s',
  (code) => {
    const error = new Error('wrapped', { cause: postgresError(code) });
    expect(translatedRead(error)).toMatchObject({ status: 400, cause: error, errors: [] });
    expect((translatedRead(error) as Error).message).not.toContain('secret');
  },
);

test('a constraint is none of a read', () => {
  for (const error of [postgresError('23503'), sqlite('CHECK constraint failed: a'), undefined]) {
    expect(translatedRead(error)).toBe(error);
  }
});

test('a value that looks like a message is none', () => {
  const texts = [
    'UNIQUE constraint failed: users.e_mail',
    'FOREIGN KEY constraint failed',
    'CHECK constraint failed: a',
  ];
  for (const text of texts) {
    const other = sqlite(`insert into \`users\` values ('${text}') - no such table: users`);
    expect(translatedWrite(other, declared)).toBe(other);
    const missing = sqlite(
      `insert into \`users\` values ('${text}') - NOT NULL constraint failed: users.tenant`,
    );
    expect(translatedWrite(missing, declared)).toMatchObject({ status: 400, fields: ['tenant'] });
  }
});

test.each<[string, unknown]>([
  ['another error', Object.assign(new Error('no such table'), { code: '42P01' })],
  ['a fault of the connection', Object.assign(new Error('gone'), { code: 'ECONNRESET' })],
  ['no error', undefined],
  ['a text', 'UNIQUE constraint failed: users.e_mail'],
])('anything else stays as it is: %s', (_, error) => {
  expect(translatedWrite(error, declared)).toBe(error);
});

test('an error that causes itself is no loop', () => {
  const error = new Error('odd');
  error.cause = error;
  expect(translatedWrite(error, declared)).toBe(error);
});
