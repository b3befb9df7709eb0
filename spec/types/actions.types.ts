// Decorated actions. .ci/types.mjs compiles this twice: the same decorators serve `experimentalDecorators`.

import { type Static, Type } from '@sinclair/typebox';
import {
  APIError,
  APIView,
  action,
  Conflict,
  catchError,
  compose,
  destroy,
  get,
  NotFound,
  patch,
  post,
  put,
  Resource,
  throws,
  View,
} from 'express-viewsets';

const Article = Type.Object(
  { id: Type.String(), title: Type.String(), at: Type.String() },
  { $id: 'Article' },
);
type Article = Static<typeof Article>;
const Draft = Type.Object({ title: Type.String() });
type Draft = Static<typeof Draft>;
const Page = Type.Object({ page: Type.Integer() });
type Page = Static<typeof Page>;
const Version = Type.Object({ version: Type.Integer() });
type Version = Static<typeof Version>;
const Headers = Type.Object({ 'x-tenant': Type.String() });
type Headers = Static<typeof Headers>;

const article: Article = { id: '', title: '', at: '' };
class RowLocked extends Error {
  readonly row = 1;
}

/* Without a resource: params, body, query, headers, each only where it is declared */

export class Plain extends APIView {
  @get() ping() {}
  @get('/ping') async pingLater() {}
  @get({ response: Article }) first() {
    return { ...article, at: new Date(), more: 1 };
  }
  @get('/list', { response: Type.Array(Article) }) async list() {
    return new Set([article]);
  }
  @post('/:version', { params: Version, body: Draft, query: Page, headers: Headers, response: Article })
  everything({ version }: Version, { title }: Draft, { page }: Page, headers: Headers) {
    return { ...article, title: title + headers['x-tenant'] + version.toFixed() + page.toFixed() };
  }
  @put('/q', { query: Page }) query({ page }: Page) {
    void page.toFixed();
  }
  @patch('/b', { body: Draft, headers: Headers }) body(draft: Draft, headers: Headers) {
    void [draft.title, headers];
  }
  @destroy('/:version', { params: Version }) remove({ version }: Version) {
    void version.toFixed();
  }
  @action({ method: 'get', path: '/maybe', response: Article, notFound: true }) maybe() {
    return this.request.secure ? article : undefined;
  }
  // Fewer arguments than are handed over, as everywhere in JavaScript.
  @post('/less', { body: Draft, query: Page, response: Article }) less() {
    return article;
  }
  @get('/use', { use: [(_request, response, next) => next(response.locals)] }) use() {}
}

export class PlainRefusals extends APIView {
  // @ts-expect-error the page is a number
  @get('/a', { query: Page }) a(query: { page: string }) {
    void query;
  }
  // @ts-expect-error the body comes before the query
  @post('/b', { query: Page, body: Draft }) b(query: Page, body: Draft) {
    void [query, body];
  }
  // @ts-expect-error nothing is handed over
  @get('/c') c(query: Page) {
    void query;
  }
  // @ts-expect-error without a response schema nothing is returned
  @get('/d') d() {
    return article;
  }
  // @ts-expect-error the title is missing
  @get('/e', { response: Article }) e() {
    return { id: '', at: '' };
  }
  // @ts-expect-error undefined is for `notFound: true`
  @get('/f', { response: Article }) f() {
    return this.request.secure ? article : undefined;
  }
  // @ts-expect-error a promise of the wrong thing
  @get('/g', { response: Article }) async g() {
    return 'article';
  }
  // @ts-expect-error there is no such option
  @get('/h', { respons: Article }) h() {}
  // @ts-expect-error an error is a subclass of APIError
  @get('/i', { errors: [Error] }) i() {}
  // @ts-expect-error there is no such method
  @action({ method: 'trace' }) j() {}
}

/* With the request in hand */

export class Raw extends View {
  @get('/ping') ping() {
    this.response.type('text').send('pong');
  }
  @post() async echo() {
    this.response.status(202).json(this.request.body);
  }
}

/* With a resource: detail is typed from its key and the parents */

const Base = compose(
  Resource({ name: 'Article', schema: Article, params: Type.Object({ author_id: Type.Integer() }) }),
);
type Author = { author_id: number };
type Key = { id: string } & Author;

export class Articles extends Base {
  @action({ method: 'post', detail: true, response: Article, errors: [Conflict] })
  async publish({ id, author_id }: Key) {
    return { ...article, id: id + author_id.toFixed() };
  }
  @post({ detail: true, body: Draft }) rename(key: Key, { title }: Draft) {
    void [key, title];
  }
  @get('/v/:version', { detail: true, params: Version, response: Article, notFound: true })
  version({ id, author_id, version }: Key & Version) {
    return version > author_id ? { ...article, id } : null;
  }
  @get('/latest', { response: Article }) latest({ author_id }: Author) {
    return { ...article, id: author_id.toFixed() };
  }
  @get('/at/:version', { params: Version }) at({ author_id, version }: Author & Version) {
    void [author_id.toFixed(), version.toFixed()];
  }
}

export class ArticlesRefusals extends Base {
  // @ts-expect-error the id is a string
  @post({ detail: true }) publish({ id }: { id: number }) {
    void id;
  }
  // @ts-expect-error on the collection there is no id
  @post() publishAll({ id }: Key) {
    void id;
  }
  // @ts-expect-error the key comes before the body
  @post({ detail: true, body: Draft }) rename(draft: Draft) {
    void draft;
  }
}

/* Errors of one's own, with members */

export class OutOfStock extends APIError {
  static override readonly status = 409;
  static override readonly members = Type.Object({ available: Type.Integer() });
  constructor(readonly available: number) {
    super('There is not enough in stock.');
  }
}

/* What adds to an action says nothing of its arguments, and takes any order */

export class Merged extends Base {
  @throws(NotFound, OutOfStock)
  @catchError(RowLocked, (error) => new Conflict(error.row.toFixed()))
  @post({ detail: true, response: Article })
  publish({ id }: Key) {
    return { ...article, id };
  }

  @get('/twice', { response: Article })
  @throws(NotFound)
  @catchError(RowLocked, Conflict)
  twice({ author_id }: Author) {
    return { ...article, id: author_id.toFixed() };
  }

  // @ts-expect-error the lower decorator is checked as well
  @throws(NotFound) @get('/x', { response: Article }) wrong() {
    return 1;
  }
}

export class MergedRefusals extends APIView {
  // @ts-expect-error a plain error is no problem
  @throws(Error) a() {}
  // @ts-expect-error a date is no problem
  @catchError(RowLocked, () => new Date()) b() {}
  // @ts-expect-error there is no such property
  @catchError(RowLocked, (error) => new Conflict(error.column)) c() {}
  // @ts-expect-error an action stands on a method
  @get('/d') d = 1;
}
