import { type Static, Type } from '@sinclair/typebox';
import express from 'express';
import {
  compose,
  configureApp,
  Filter,
  Forbidden,
  GenericCreateMixin,
  GenericListMixin,
  GenericPartialUpdateMixin,
  GenericRetrieveMixin,
  MemoryRepository,
  ModelFilter,
  type Operations,
  PaginationFilter,
  type QueryOf,
  Resource,
  Unauthorized,
  ViewRouter,
} from 'express-viewsets';

const Note = Type.Object(
  {
    id: Type.Integer({ readOnly: true }),
    owner: Type.String({ readOnly: true }),
    text: Type.String({ minLength: 1, maxLength: 1000 }),
    locked: Type.Boolean({ default: false }),
    version: Type.Integer({ readOnly: true }),
  },
  { $id: 'Note' },
);
type Note = Static<typeof Note>;

const NoteFields = Filter(ModelFilter(Note, { locked: ['eq'], text: ['icontains'] }), PaginationFilter());

/** Without `locked` in the query, only what is not locked. */
class NoteFilter extends NoteFields {
  static override operations(query: QueryOf<typeof NoteFields>): Operations {
    return NoteFields.operations({ locked: false, ...query });
  }
}

/** What a user writes, nobody else can see. */
class NoteViewSet extends compose(
  Resource({
    name: 'Note',
    schema: Note,
    version: { property: 'version', required: true },
    filter: NoteFilter,
    errors: [Unauthorized],
  }),
  GenericListMixin,
  GenericCreateMixin,
  GenericRetrieveMixin,
  GenericPartialUpdateMixin,
) {
  repository = new MemoryRepository<Note>();

  /** Where all that is read and changed has this owner, and all that is created gets it. */
  protected override getKwargs() {
    const owner = this.request.get('x-user');
    if (!owner) throw new Unauthorized();
    return { owner };
  }

  protected override beforeCreate(data: Note) {
    return { ...data, text: data.text.trim() };
  }

  protected override async beforePartialUpdate(_data: Partial<Note>, key: Pick<Note, 'id'>) {
    const note = await this.repository.get({ ...key, ...this.getKwargs() });
    if (note?.locked) throw new Forbidden('The note is locked.');
  }
}

const router = ViewRouter({ prefix: '/notes' });
router.register(NoteViewSet);

export const app = express();
app.use(router);
configureApp(app, { info: { title: 'Notes', version: '1.0.0' } });
