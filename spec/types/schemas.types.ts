// What views take: the arguments of actions, from separate schemas, query, parents and keys of all kinds.

import { type Static, Type } from '@sinclair/typebox';
import {
  APIViewSet,
  type CreateInput,
  CreateMixin,
  compose,
  DestroyMixin,
  type DetailParams,
  ListMixin,
  PartialUpdateMixin,
  type PatchInput,
  Resource,
  RetrieveMixin,
  type UpdateInput,
  UpdateMixin,
  ViewRouter,
} from 'express-viewsets';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : ['not the same', A, B];
const same = <_Check extends true>() => {};

const Book = Type.Object({
  isbn: Type.String(),
  title: Type.String(),
  pages: Type.Optional(Type.Integer()),
});
type Book = Static<typeof Book>;
const NewBook = Type.Object({ title: Type.String() });
type NewBook = Static<typeof NewBook>;
const BookPatch = Type.Object({ title: Type.Optional(Type.String()), reason: Type.String() });
type BookPatch = Static<typeof BookPatch>;
const BookQuery = Type.Object({ q: Type.Optional(Type.String()), limit: Type.Integer({ default: 10 }) });
type BookQuery = Static<typeof BookQuery>;
const Author = Type.Object({ author_id: Type.Integer() });
type Author = Static<typeof Author>;

/* Everything at once */

const all = {
  name: 'Book',
  schema: Book,
  key: 'isbn',
  params: Author,
  query: BookQuery,
  create: NewBook,
  update: NewBook,
  patch: BookPatch,
} as const;
type All = typeof all;

abstract class Base extends compose(
  Resource(all),
  ListMixin,
  CreateMixin,
  RetrieveMixin,
  UpdateMixin,
  PartialUpdateMixin,
  DestroyMixin,
) {}
type BookKey = { isbn: string } & Author;
same<Same<Parameters<Base['list']>, [params: Author, query: BookQuery]>>();
same<Same<Parameters<Base['create']>, [params: Author, data: NewBook]>>();
same<Same<Parameters<Base['retrieve']>, [key: BookKey]>>();
same<Same<Parameters<Base['update']>, [key: BookKey, data: NewBook]>>();
same<Same<Parameters<Base['partialUpdate']>, [key: BookKey, data: BookPatch]>>();
same<Same<Parameters<Base['destroy']>, [key: BookKey]>>();
same<Same<Base['resource']['name'], 'Book'>>();
same<Same<DetailParams<All>, BookKey>>();
same<Same<CreateInput<All>, NewBook>>();
same<Same<UpdateInput<All>, NewBook>>();
same<Same<PatchInput<All>, BookPatch>>();

class Books extends Base {
  list({ author_id }: Author, { q, limit }: BookQuery) {
    return [{ isbn: `${q}${limit}`, title: String(author_id + limit) }];
  }
  create({ author_id }: Author, { title }: NewBook) {
    return { isbn: String(author_id), title };
  }
  retrieve({ isbn, author_id }: BookKey) {
    return { isbn, title: author_id.toFixed() };
  }
  update({ isbn }: BookKey, { title }: NewBook) {
    return { isbn, title };
  }
  async partialUpdate({ isbn }: BookKey, { title = '', reason }: BookPatch) {
    return { isbn, title: title + reason };
  }
  destroy(_key: BookKey) {}
}
ViewRouter({ prefix: '/authors/:author_id/books' }).register(Books);

/* Defaults: the schema is also what is taken, and a patch is a part of it */

abstract class Plain extends compose(
  Resource({ name: 'Book', schema: Book, key: 'isbn' }),
  ListMixin,
  CreateMixin,
  UpdateMixin,
  PartialUpdateMixin,
) {}
same<Same<Parameters<Plain['list']>, []>>();
same<Same<Parameters<Plain['create']>, [data: Book]>>();
same<Same<Parameters<Plain['update']>, [key: { isbn: string }, data: Book]>>();
same<Same<Parameters<Plain['partialUpdate']>, [key: { isbn: string }, data: Partial<Book>]>>();

// A patch of what an update takes, where that has a schema of its own.
abstract class Updated extends PartialUpdateMixin(
  Resource({ name: 'Book', schema: Book, key: 'isbn', update: NewBook }),
) {}
same<Same<Parameters<Updated['partialUpdate']>[1], { title?: string }>>();

/* Keys */

const Row = Type.Object({
  id: Type.Integer(),
  tenant: Type.String(),
  sku: Type.Integer(),
  state: Type.Union([Type.Literal('on'), Type.Literal('off')]),
  code: Type.Optional(Type.String()),
});

abstract class ById extends RetrieveMixin(Resource({ name: 'Row', schema: Row })) {}
same<Same<Parameters<ById['retrieve']>, [key: { id: number }]>>();

abstract class ByState extends RetrieveMixin(Resource({ name: 'Row', schema: Row, key: 'state' })) {}
same<Same<Parameters<ByState['retrieve']>, [key: { state: 'on' | 'off' }]>>();

abstract class ByTwo extends RetrieveMixin(Resource({ name: 'Row', schema: Row, key: ['tenant', 'sku'] })) {}
same<Same<Parameters<ByTwo['retrieve']>, [key: { tenant: string; sku: number }]>>();

const Slug = Type.Object({ slug: Type.String(), version: Type.Integer() });
abstract class BySchema extends RetrieveMixin(Resource({ name: 'Row', schema: Row, key: Slug })) {}
same<Same<Parameters<BySchema['retrieve']>, [key: { slug: string; version: number }]>>();

// A path has each of its parameters, also where the property is optional.
abstract class ByOptional extends RetrieveMixin(Resource({ name: 'Row', schema: Row, key: 'code' })) {}
same<Same<Parameters<ByOptional['retrieve']>, [key: { code: string }]>>();

// What is no property is nothing; `register` then says so.
abstract class ByNothing extends RetrieveMixin(Resource({ name: 'Row', schema: Row, key: 'nope' })) {}
same<Same<Parameters<ByNothing['retrieve']>, [key: { nope: never }]>>();

/* Schemas that are no plain objects */

const Shape = Type.Union([
  Type.Object({ kind: Type.Literal('circle'), id: Type.String(), radius: Type.Number() }),
  Type.Object({ kind: Type.Literal('square'), id: Type.String(), side: Type.Number() }),
]);
class Shapes extends APIViewSet({ name: 'Shape', schema: Shape }) {
  shapes: Static<typeof Shape>[] = [];
  list() {
    return this.shapes;
  }
  create(shape: Static<typeof Shape>) {
    return shape.kind === 'circle' ? { ...shape, radius: 1 } : { ...shape, side: 1 };
  }
  retrieve({ id }: { id: string }) {
    return this.shapes.find((shape) => shape.id === id);
  }
  // @ts-expect-error a circle has no side
  update({ id }: { id: string }) {
    return { kind: 'circle' as const, id, side: 1 };
  }
  destroy() {}
}

const Node = Type.Recursive(
  (This) => Type.Object({ id: Type.String(), children: Type.Array(This), at: Type.String() }),
  { $id: 'Node' },
);
class Nodes extends compose(Resource({ name: 'Node', schema: Node }), RetrieveMixin) {
  retrieve({ id }: { id: string }) {
    return { id, at: new Date(), children: new Set([{ id, at: '', children: [] }]) };
  }
}

class Names extends compose(
  Resource({ name: 'Name', schema: Type.String(), key: Slug }),
  ListMixin,
  RetrieveMixin,
) {
  list() {
    return ['a', 'b'];
  }
  retrieve({ slug }: { slug: string }) {
    return slug;
  }
}

class Anything extends compose(
  Resource({ name: 'Thing', schema: Type.Unknown(), key: Slug }),
  ListMixin,
  CreateMixin,
) {
  list() {
    return [1, 'two', null];
  }
  create(data: unknown) {
    return data;
  }
}
ViewRouter().register(Nodes).register(Names).register(Anything);

/* Methods that take more than they are given do not get past `register` */

class TakesTooMuch extends compose(
  Resource({ name: 'Book', schema: Book, key: 'isbn', create: NewBook }),
  CreateMixin,
) {
  create(book: Book) {
    return book;
  }
}
// @ts-expect-error a new book has no isbn yet
ViewRouter().register(TakesTooMuch);

class TakesWhole extends compose(Resource({ name: 'Book', schema: Book, key: 'isbn' }), PartialUpdateMixin) {
  partialUpdate(_key: { isbn: string }, book: Book) {
    return book;
  }
}
// @ts-expect-error a patch has a part of a book
ViewRouter().register(TakesWhole);

// A method of the same name that is no action of a mixin is one's own business.
class OwnList extends compose(Resource({ name: 'Book', schema: Book, key: 'isbn' }), CreateMixin) {
  create(book: Book) {
    return book;
  }
  list(first: number) {
    return first;
  }
}
ViewRouter().register(OwnList);

export type Checked = [ById, ByState, ByTwo, BySchema, ByOptional, ByNothing, Plain, Updated, Shapes];
