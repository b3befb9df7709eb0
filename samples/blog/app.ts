import { type Static, Type } from '@sinclair/typebox';
import express, { type RequestHandler } from 'express';
import {
  APIView,
  APIViewSet,
  action,
  Conflict,
  configureApp,
  get,
  NotFound,
  PartialUpdateMixin,
  ReadOnlyAPIViewSet,
  throws,
  Unauthorized,
  View,
  ViewRouter,
} from 'express-viewsets';

const Author = Type.Object({ id: Type.Integer(), name: Type.String() }, { $id: 'Author' });

const Article = Type.Object(
  {
    id: Type.Integer({ readOnly: true }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    body: Type.String(),
    publishedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { readOnly: true }),
  },
  { $id: 'Article' },
);
const NewArticle = Type.Omit(Article, ['id', 'publishedAt'], { $id: 'NewArticle' });
type NewArticle = Static<typeof NewArticle>;

/** What the store holds: dates are dates, and there is more than the wire shows. */
interface StoredArticle {
  id: number;
  authorId: number;
  title: string;
  body: string;
  publishedAt: Date | null;
  internalNotes?: string;
}

export const authors = new Map([[7, { id: 7, name: 'Ada' }]]);
export const articles = new Map<number, StoredArticle>();

/** An error of one's own: status, a title from its name, a member with a schema. */
class AlreadyPublished extends Conflict {
  static override readonly members = Type.Object({ published_at: Type.String({ format: 'date-time' }) });
  constructor(readonly published_at: Date) {
    super('The article has been published already.');
  }
}

const requireAuth: RequestHandler = (request, _response, next) => {
  next(request.headers.authorization === 'Bearer token' ? undefined : new Unauthorized());
};

class AuthorViewSet extends ReadOnlyAPIViewSet({ name: 'Author', schema: Author }) {
  list() {
    return authors.values();
  }
  retrieve({ id }: { id: number }) {
    return authors.get(id);
  }
}

/** Articles of an author: the parent's parameter is declared once, and typed everywhere. The wire is snake_case. */
class ArticleViewSet extends PartialUpdateMixin(
  APIViewSet({
    name: 'Article',
    schema: Article,
    create: NewArticle,
    update: NewArticle,
    params: Type.Object({ author_id: Type.Integer() }),
    naming: 'snake_case',
    unknown: 'forbid',
  }),
) {
  list({ author_id }: { author_id: number }) {
    return [...articles.values()].filter(({ authorId }) => authorId === author_id);
  }

  create({ author_id }: { author_id: number }, data: NewArticle) {
    if (!authors.has(author_id)) throw new NotFound('There is no such author.');
    const article = {
      ...data,
      id: articles.size + 1,
      authorId: author_id,
      publishedAt: null,
      internalNotes: 'draft',
    };
    articles.set(article.id, article);
    return article;
  }

  retrieve(key: ArticleKey) {
    return find(key);
  }

  update(key: ArticleKey, data: NewArticle) {
    return change(key, data);
  }

  partialUpdate(key: ArticleKey, data: Partial<NewArticle>) {
    return change(key, data);
  }

  destroy(key: ArticleKey) {
    if (!find(key)) throw new NotFound();
    articles.delete(key.id);
  }

  @throws(AlreadyPublished)
  @action({ method: 'post', detail: true, response: Article, use: [requireAuth], errors: [Unauthorized] })
  async publish(key: ArticleKey) {
    const article = find(key);
    if (!article) throw new NotFound();
    if (article.publishedAt) throw new AlreadyPublished(article.publishedAt);
    return Object.assign(article, { publishedAt: new Date() });
  }

  @get('/titles', {
    response: Type.Array(Type.String()),
    summary: 'The titles of all articles of the author',
  })
  titles({ author_id }: { author_id: number }) {
    return this.list({ author_id }).map(({ title }) => title);
  }
}

interface ArticleKey {
  id: number;
  author_id: number;
}

function find({ id, author_id }: ArticleKey): StoredArticle | undefined {
  const article = articles.get(id);
  return article?.authorId === author_id ? article : undefined;
}

function change(key: ArticleKey, data: Partial<NewArticle>): StoredArticle | undefined {
  const article = find(key);
  return article && Object.assign(article, data);
}

/** An APIView: no resource, and checked all the same. */
class Search extends APIView {
  @get('/search', {
    query: Type.Object({
      q: Type.String({ minLength: 2 }),
      limit: Type.Integer({ minimum: 1, maximum: 50, default: 10 }),
    }),
    response: Type.Array(Type.Object({ id: Type.Integer(), title: Type.String() })),
  })
  search({ q, limit }: { q: string; limit: number }) {
    return [...articles.values()].filter(({ title }) => title.includes(q)).slice(0, limit);
  }
}

/** A View: the request and the response in hand. */
class Health extends View {
  @get('/ping') ping() {
    this.response.type('text').send('pong');
  }
}

const router = ViewRouter();
router.register(AuthorViewSet, { prefix: '/authors' });
router.register(ArticleViewSet, { prefix: '/authors/:author_id/articles' });
router.register(Search);
router.register(Health);

export const app = express();
app.use('/api', router);
configureApp(app, {
  info: {
    title: 'Blog',
    version: '1.0.0',
    description: "Nested resources, actions, errors and names of one's own.",
  },
  securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
});
