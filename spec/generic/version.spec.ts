import { type Static, Type } from '@sinclair/typebox';
import { GenericViewSet, type Repository } from 'express-viewsets';
import request from 'supertest';
import { appOf } from '../support/app.js';
import { shop, spied } from './fixtures.js';

const Page = Type.Object({
  id: Type.Integer(),
  text: Type.String(),
  version: Type.Integer({ readOnly: true }),
});
type Page = Static<typeof Page>;
const stored: Page = { id: 1, text: 'a', version: 3 };

const Tagged = Type.Object({ id: Type.Integer(), text: Type.String(), tag: Type.String({ readOnly: true }) });

function pages(required = false) {
  const version = required ? { property: 'version', required } : 'version';
  return shop<Page>({ name: 'Page', schema: Page, version }, [stored]);
}

describe('the version as ETag', () => {
  test('stands on what is read, created, updated and patched', async () => {
    const { app } = pages();
    await request(app).get('/items/1').expect(200, stored).expect('ETag', '"3"');
    await request(app).post('/items').send({ id: 2, text: 'b' }).expect(201).expect('ETag', '"1"');
    await request(app).put('/items/1').send({ id: 1, text: 'b' }).expect(200).expect('ETag', '"4"');
    await request(app).patch('/items/1').send({ text: 'c' }).expect(200).expect('ETag', '"5"');
  });

  test('stays where nothing is changed, which is no write', async () => {
    const { app, called } = pages();
    await request(app).patch('/items/1').send({}).expect(200, stored).expect('ETag', '"3"');
    await request(app).patch('/items/1').set('If-Match', '"3"').send({}).expect(200).expect('ETag', '"3"');
    await request(app).patch('/items/1').set('If-Match', '"2"').send({}).expect(412);
    await request(app).patch('/items/9').send({}).expect(404);
    expect(called('updateOne')).toEqual([]);
  });

  test('stands on an update that sends nothing back', async () => {
    const { app } = shop({ name: 'Page', schema: Page, version: 'version', returnOnUpdate: false }, [stored]);
    await request(app).patch('/items/1').send({ text: 'c' }).expect(204, '').expect('ETag', '"4"');
  });

  test('stands on no problem and on no destroy', async () => {
    const { app } = pages();
    for (const response of [
      await request(app).get('/items/9').expect(404),
      await request(app).patch('/items/1').set('If-Match', '"1"').send({}).expect(412),
      await request(app).delete('/items/1').expect(204),
    ]) {
      expect(response.headers.etag).toBeUndefined();
    }
  });

  test('a client does not set it', async () => {
    const { app, store } = pages();
    await request(app).patch('/items/1').send({ text: 'y', version: 77 }).expect(200);
    await request(app).put('/items/1').send({ id: 1, text: 'x', version: 99 }).expect(200);
    await request(app).post('/items').send({ id: 2, text: 'x', version: 42 }).expect(201);
    expect(store.list({}).map(({ version }) => version)).toEqual([5, 1]);
  });
});

describe('If-None-Match', () => {
  test.each(['"3"', 'W/"3"', '"1", "3"', '*'])(
    '%s of what the client has is 304 without a body',
    async (tag) => {
      const { headers } = await request(pages().app)
        .get('/items/1')
        .set('If-None-Match', tag)
        .expect(304, '')
        .expect('ETag', '"3"');
      expect(headers['content-type']).toBeUndefined();
      expect(headers['content-length']).toBeUndefined();
    },
  );

  test.each(['"2"', '3', '"', ''])('%j of something else is 200', async (tag) => {
    await request(pages().app).get('/items/1').set('If-None-Match', tag).expect(200, stored);
  });

  test('HEAD is 304, too', async () => {
    await request(pages().app).head('/items/1').set('If-None-Match', '"3"').expect(304);
  });

  test('of a missing resource is 404', async () => {
    await request(pages().app).get('/items/9').set('If-None-Match', '*').expect(404);
  });
});

describe.each([
  ['put', { id: 1, text: 'b' }, 200],
  ['patch', { text: 'b' }, 200],
  ['delete', undefined, 204],
] as const)('If-Match on %s', (method, body, status) => {
  const write = (app: Parameters<typeof request>[0], tag: string | undefined, path = '/items/1') => {
    const asked = request(app)[method](path);
    if (tag !== undefined) asked.set('If-Match', tag);
    return asked.send(path === '/items/1' || method !== 'put' ? body : { ...(body as object), id: 9 });
  };

  test.each(['"3"', '*', '"1", "3"', 'W/"1", "3"', ' "3" '])('with %s writes', async (tag) => {
    const { app, store } = pages();
    await write(app, tag).expect(status);
    expect(store.get({ id: 1 })?.text).toBe(method === 'delete' ? undefined : 'b');
  });

  test('without one writes', async () => {
    await write(pages().app, undefined).expect(status);
  });

  test.each(['"2"', 'W/"3"', '"1", "2"', '3', 'garbage', '"3', '"%zz"', '"03"', '""', '"1e0"', '"3.0"', ','])(
    'with %s is 412 and writes nothing',
    async (tag) => {
      const { app, store } = pages();
      await write(app, tag).expect(412);
      expect(store.get({ id: 1 })).toEqual(stored);
    },
  );

  test('of a missing resource is 404', async () => {
    const { app } = pages();
    await write(app, '"3"', '/items/9').expect(404);
    await write(app, '*', '/items/9').expect(404);
    await write(app, undefined, '/items/9').expect(404);
  });

  test('where it is required, a write without one is 428 and writes nothing', async () => {
    const { app, store } = pages(true);
    const { body: problem } = await write(app, undefined).expect(428);
    expect(problem.detail).toBe('The request has to carry a precondition such as If-Match.');
    expect(store.get({ id: 1 })).toEqual(stored);
    await write(app, '"3"').expect(status);
  });

  test('lost update: of 20 writers with one If-Match, one succeeds', async () => {
    const { app } = slow();
    const answers = await Promise.all(Array.from({ length: 20 }, () => write(app, '"3"')));
    const statuses = answers.map((answer) => answer.status).sort();
    // Who comes after a delete finds nothing.
    const late = method === 'delete' ? 404 : 412;
    expect(statuses.filter((found) => found === status)).toHaveLength(1);
    expect(statuses.filter((found) => found === late || found === 412)).toHaveLength(19);
  });
});

test('a write that lacks its precondition runs no hooks', async () => {
  const told: string[] = [];
  const { repository } = spied<Page>([stored]);
  class Pages extends GenericViewSet({
    name: 'Page',
    schema: Page,
    version: { property: 'version', required: true },
  }) {
    repository = repository;
    protected override beforeUpdate() {
      told.push('beforeUpdate');
    }
    protected override beforePartialUpdate() {
      told.push('beforePartialUpdate');
    }
    protected override beforeDestroy() {
      told.push('beforeDestroy');
    }
  }
  const app = appOf([Pages]);
  await request(app).put('/1').send({ id: 1, text: 'b' }).expect(428);
  await request(app).patch('/1').send({ text: 'b' }).expect(428);
  await request(app).delete('/1').expect(428);
  expect(told).toEqual([]);
});

/** Each call of the repository takes a turn of the event loop, so that requests overtake each other. */
function slow() {
  const spy = spied<Page>([stored]);
  const turn = () => new Promise((done) => setImmediate(done));
  class Pages extends GenericViewSet({ name: 'Page', schema: Page, version: 'version' }) {
    repository: Repository<Page> = {
      ...spy.repository,
      get: async (key) => {
        await turn();
        return spy.repository.get(key);
      },
      updateOne: async (key, values) => {
        await turn();
        return spy.repository.updateOne(key, values);
      },
      delete: async (key) => {
        await turn();
        return spy.repository.delete(key);
      },
    };
  }
  return { ...spy, app: appOf([Pages], { prefix: '/items' }) };
}

describe('writers without a precondition', () => {
  test('all succeed, and each makes a version', async () => {
    const { app, store } = slow();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => request(app).patch('/items/1').send({ text: 'b' })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(5);
    expect(store.get({ id: 1 })?.version).toBe(8);
  });

  test('when others are always faster it is 409 in the end', async () => {
    const spy = spied<Page>([stored]);
    class Pages extends GenericViewSet({ name: 'Page', schema: Page, version: 'version' }) {
      repository: Repository<Page> = { ...spy.repository, updateOne: () => null };
    }
    await request(appOf([Pages]))
      .patch('/1')
      .send({ text: 'b' })
      .expect(409);
  });
});

describe('a version that is a string', () => {
  const tagged = (initial: string) =>
    shop<Static<typeof Tagged>>({ name: 'Tagged', schema: Tagged, version: 'tag' }, [
      { id: 1, text: 'a', tag: initial },
    ]);

  test('is new with each write', async () => {
    const { app } = tagged('first');
    const { headers: before } = await request(app).get('/items/1').expect('ETag', '"first"');
    const { headers: after } = await request(app)
      .patch('/items/1')
      .set('If-Match', before.etag as string)
      .send({ text: 'b' })
      .expect(200);
    expect(after.etag).not.toBe(before.etag);
    await request(app)
      .patch('/items/1')
      .set('If-Match', before.etag as string)
      .send({ text: 'c' })
      .expect(412);
  });

  test.each(['a,b', 'quo"te', 'ä€😀', ' blank ', '100%', 'W/"x"'])(
    'of %j survives the header',
    async (version) => {
      const { app } = tagged(version);
      const { headers } = await request(app).get('/items/1').expect(200);
      const etag = headers.etag as string;
      expect(etag).toMatch(/^"[\x21\x23-\x7e]*"$/);
      await request(app).get('/items/1').set('If-None-Match', etag).expect(304);
      await request(app).patch('/items/1').set('If-Match', `"x", ${etag}`).send({}).expect(200);
    },
  );
});

describe('a tag that no version can have', () => {
  test.each(['"9999999999999999"', '"2147483647"', '"-1"', '"1e3"', '"03"'])(
    '%s is 412, and nothing is asked for it',
    async (tag) => {
      const { app, called, store } = pages();
      await request(app).patch('/items/1').set('If-Match', tag).send({ text: 'y' }).expect(412);
      await request(app).delete('/items/1').set('If-Match', tag).expect(412);
      expect([...called('updateOne'), ...called('delete')]).toEqual([]);
      expect(store.list({})).toEqual([stored]);
    },
  );
});

describe('other preconditions', () => {
  test('a read of another version is 412', async () => {
    await request(pages().app).get('/items/1').set('If-Match', '"2"').expect(412);
    await request(pages().app).get('/items/1').set('If-Match', '"3"').expect(200);
  });

  test.each(['*', '"3"', 'W/"3"'])('a change of what must not be there, %s, is 412', async (tag) => {
    const { app, store } = pages();
    await request(app).put('/items/1').set('If-None-Match', tag).send({ id: 1, text: 'y' }).expect(412);
    await request(app).patch('/items/1').set('If-None-Match', tag).send({ text: 'y' }).expect(412);
    await request(app).delete('/items/1').set('If-None-Match', tag).expect(412);
    expect(store.list({})).toEqual([stored]);
  });

  test('a client that wants no cache gets 304 all the same, as fetch says no-cache by itself', async () => {
    await request(pages().app)
      .get('/items/1')
      .set('If-None-Match', '"3"')
      .set('Cache-Control', 'no-cache')
      .expect(304);
  });
});

test('sixty writers without a precondition all succeed, and each counts', async () => {
  const { app, store } = pages();
  const writes = Array.from({ length: 60 }, (_, index) =>
    request(app)
      .patch('/items/1')
      .send({ text: `text ${index}` }),
  );
  expect(new Set((await Promise.all(writes)).map(({ status }) => status))).toEqual(new Set([200]));
  expect(store.get({ id: 1 })).toMatchObject({ version: stored.version + 60 });
});

describe('mistakes are refused when a view is made', () => {
  test.each(['nothing', 'constructor', 'ratio'])('a version of %s', (version) => {
    const schema = Type.Object({ id: Type.Integer(), ratio: Type.Number() });
    expect(() => GenericViewSet({ name: 'Page', schema, version })).toThrow(
      `The version "${version}" of the resource Page has to be a property of its schema, a Type.Integer(), or a Type.String() that takes any UUID.`,
    );
  });

  test.each([
    ['one of a format', Type.String({ format: 'date-time', readOnly: true })],
    ['one of a few', Type.String({ enum: ['a', 'b'], readOnly: true })],
    ['one that is too short for a UUID', Type.String({ maxLength: 10, readOnly: true })],
    ['one that may be absent', Type.Optional(Type.Integer({ readOnly: true }))],
  ])('a version that is %s', (_what, version) => {
    const schema = Type.Object({ id: Type.Integer(), version });
    expect(() => GenericViewSet({ name: 'Page', schema, version: 'version' })).toThrow(
      /has to be a property of its schema/,
    );
  });

  test('a version that bodies have', () => {
    const schema = Type.Object({ id: Type.Integer(), version: Type.Integer() });
    const make = (bodies: object) => () =>
      GenericViewSet({ name: 'Page', schema, version: 'version', ...bodies });
    const bare = Type.Object({ id: Type.Integer() });
    expect(make({})).toThrow(/is the server's alone: declare it with \{ readOnly: true \}/);
    expect(make({ create: bare })).toThrow(/is the server's alone/);
    expect(make({ create: bare, update: bare })).not.toThrow();
  });

  test('an entity without its version is a fault of the server', async () => {
    const { app } = shop<Page>({ name: 'Page', schema: Page, version: 'version' }, [
      { id: 1, text: 'a' } as Page,
    ]);
    await request(app).patch('/items/1').send({ text: 'b' }).expect(500);
  });
});
