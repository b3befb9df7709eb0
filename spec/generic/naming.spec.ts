import { type Static, Type } from '@sinclair/typebox';
import {
  ExpressionFilter,
  FieldsFilter,
  Filter,
  ModelFilter,
  OrderingFilter,
  SearchFilter,
  TokenPaginationFilter,
} from 'express-viewsets';
import request from 'supertest';
import { ids, shop } from './fixtures.js';

const Post = Type.Object({
  postId: Type.Integer(),
  blogTitle: Type.String({ minLength: 1 }),
  createdAt: Type.String({ format: 'date-time' }),
  lastEditor: Type.Optional(Type.Object({ fullName: Type.String(), birthDay: Type.String() })),
  rowVersion: Type.Integer({ readOnly: true }),
});
type Post = Static<typeof Post>;

const posts: Post[] = [1, 2, 3].map((postId) => ({
  postId,
  blogTitle: `title ${postId}`,
  createdAt: `2024-0${postId}-01T00:00:00Z`,
  lastEditor: { fullName: postId > 1 ? 'Ada' : 'Bob', birthDay: 'x' },
  rowVersion: 1,
}));

const made = shop<Post>(
  {
    name: 'Post',
    schema: Post,
    key: 'postId',
    naming: 'snake_case',
    version: 'rowVersion',
    filter: Filter(
      ModelFilter(Post, {
        createdAt: ['eq', 'ge', 'range'],
        blogTitle: ['eq', 'in'],
        lastEditor: { fullName: ['eq', 'startswith'] },
      }),
      OrderingFilter(['createdAt', 'blogTitle', 'lastEditor.fullName'], { default: ['-createdAt'] }),
      SearchFilter(['blogTitle', 'lastEditor.fullName']),
      FieldsFilter(Post),
      ExpressionFilter(Post, ['createdAt', 'lastEditor.fullName']),
      TokenPaginationFilter({ pageSize: 2 }),
    ),
  },
  posts,
  { key: 'postId', unique: ['blogTitle'] },
);
const { app } = made;
const list = async (query: string) => {
  const { body } = await request(app).get(`/items?${query}`).expect(200);
  return body.items.map(({ post_id }: { post_id: number }) => post_id);
};

describe('snake_case names over the wire', () => {
  beforeEach(() => {
    for (const post of posts) {
      made.store.delete({ postId: post.postId });
      made.store.create(post);
    }
    made.calls.length = 0;
  });

  test.each([
    ['created_at__ge=2024-02-01&sort=created_at', [2, 3]],
    ['created_at__gte=2024-02-01&sort=created_at', [2, 3]],
    ['created_at__range=2024-01-15,2024-02-15', [2]],
    ['created_at__eq=2024-01-01', [1]],
    ['blog_title__in=title%201,title%203&sort=blog_title', [1, 3]],
    ['last_editor__full_name=Bob', [1]],
    ['last_editor__full_name__startswith=A', [3, 2]],
    ['sort=-created_at', [3, 2]],
    ['sort=last_editor.full_name,-blog_title', [3, 2]],
    ['', [3, 2]],
    ['query=bob', [1]],
    [`filter=${encodeURIComponent('created_at < "2024-02-01" OR last_editor.full_name = "Bob"')}`, [1]],
  ])('in parameters and their values: %s', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  test('in fields', async () => {
    const { body } = await request(app)
      .get('/items?fields=created_at,last_editor.full_name&sort=created_at')
      .expect(200);
    expect(body.items[0]).toEqual({ created_at: '2024-01-01T00:00:00Z', last_editor: { full_name: 'Bob' } });
  });

  test.each([
    'createdAt__ge=2024-01-01',
    'sort=createdAt',
    'fields=createdAt',
    'blogTitle=a',
    'lastEditor__fullName=a',
  ])('those of the program are unknown: %s', async (query) => {
    await request(app).get(`/items?${query}`).expect(400);
    expect(made.calls).toEqual([]);
  });

  test('those of the program reach the repository', async () => {
    await list('created_at__ge=2024-02-01&sort=-blog_title&fields=post_id,last_editor.full_name');
    expect(made.called('getFilteredPage')[0]?.[0]).toMatchObject({
      where: { op: 'ge', field: 'createdAt' },
      sort: [{ field: 'blogTitle' }, { field: 'postId' }],
      fields: ['postId', 'lastEditor.fullName', 'blogTitle'],
    });
  });

  test('in a walk over pages', async () => {
    const { body } = await request(app).get('/items?sort=created_at').expect(200);
    expect(await list(`sort=created_at&page_token=${body.next_page}`)).toEqual([3]);
  });

  test('in bodies, the Location and pointers', async () => {
    const body = { post_id: 9, blog_title: 'nine', created_at: '2024-09-01T00:00:00Z' };
    await request(app)
      .post('/items')
      .send(body)
      .expect(201, { ...body, row_version: 1 })
      .expect('Location', '/items/9')
      .expect('ETag', '"1"');
    const { body: twice } = await request(app)
      .post('/items')
      .send({ ...body, post_id: 10 })
      .expect(409);
    expect(twice.errors[0].pointer).toBe('#/blog_title');
    const { body: other } = await request(app)
      .put('/items/9')
      .send({ ...body, post_id: 10 })
      .expect(400);
    expect(other.errors[0].pointer).toBe('#/post_id');
    const { body: empty } = await request(app).patch('/items/9').send({ blog_title: '' }).expect(400);
    expect(empty.errors[0].pointer).toBe('#/blog_title');
    await request(app).patch('/items/9').set('If-Match', '"1"').send({ blog_title: 'new' }).expect(200);
    expect(made.called('updateOne')).toEqual([
      [
        { postId: 9, rowVersion: 1 },
        { blogTitle: 'new', rowVersion: 2 },
      ],
    ]);
    await request(app).delete('/items/9').expect(204);
  });

  test('the names of the page are its own', async () => {
    const { body } = await request(app).get('/items').expect(200);
    expect(Object.keys(body)).toEqual(['items', 'cursor', 'next_page', 'previous_page']);
    expect(ids({ body })).toHaveLength(2);
  });
});
