import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import { BadRequest } from '../errors/index.js';
import {
  checkCount,
  Filter,
  type FilterPart,
  type FilterStatics,
  fieldAt,
  fieldPathsOf,
  PaginationFilter,
  pickTree,
  schemaOf,
  subsetSchema,
  treeOf,
} from '../filters/index.js';
import type { AbstractConstructor, Answer } from '../inference.js';
import { ListMixin } from '../mixins/index.js';
import { allOf, equalsAll, type FieldPath, type Operations, type Sort } from '../operations/index.js';
import {
  BAD_TOKEN,
  linkHeader,
  numberedPageSchema,
  type PageAndLinks,
  type PageTokens,
  pageTokens,
  readNumberedPage,
  readTokenPage,
  tokenPageSchema,
} from '../pagination/index.js';
import { keySchemaOf } from '../resource.js';
import { aliasesOf, pascalCase } from '../schema/index.js';
import { showSubset } from '../subset.js';
import type { Schema } from '../typebox.js';
import type { GenericListArgs, GenericListResult, GenericOptions, ListMethod } from './options.js';
import { scopeOf } from './scope.js';
import { type GenericClass, type ServingStore, type StoreView, withRepository } from './store-view.js';

/** A view whose list comes from its repository: filtered, sorted, searched and paginated as its filter says. */
export declare abstract class GenericListView<R extends GenericOptions> {
  list(...args: GenericListArgs<R>): Answer<GenericListResult<R>>;
}

export function GenericListMixin<C extends GenericClass>(
  Base: C,
): AbstractConstructor<GenericListView<C['resource']> & StoreView<C['resource'], ListMethod<C['resource']>>> &
  C {
  const resource: GenericOptions = Base.resource;
  const plan = listPlan(resource);
  abstract class GenericList extends ListMixin(withRepository(Base, 'list', plan.method) as GenericClass) {
    static override readonly actions = {
      list: {
        query: plan.query as never,
        response: plan.response as never,
        subset: plan.subset as never,
        responseHeaders: plan.responseHeaders,
      },
    };

    override async list(...args: unknown[]): Promise<never> {
      const view = this as unknown as ServingStore;
      const params = args.length > 1 ? (args[0] as object) : {};
      return (await plan.read(view, params, args.at(-1))) as never;
    }
  }
  return GenericList as never;
}

interface ListPlan {
  readonly method: 'list' | 'getFilteredPage';
  readonly query: Schema;
  readonly response: Schema;
  readonly subset: Schema | undefined;
  readonly responseHeaders: Readonly<Record<string, string>>;
  read(view: ServingStore, params: object, query: unknown): Promise<unknown>;
}

/** Everything that is known of a list when its class is made. */
function listPlan(resource: GenericOptions): ListPlan {
  const { name, schema, maxItems = 1000 } = resource;
  checkCount('maxItems', maxItems);
  const filter = filterOfList(resource);
  const parts = filter.parts;
  const shape = shapes[filter.pagination];
  const query = schemaOf(parts, resource.naming);
  const subset = selects(parts, resource) ? shape(subsetSchema(schema) as unknown as Schema) : undefined;
  const settle = sorter(resource, filter);
  const secrets = parts.find((part) => part.secrets)?.secrets;
  const tokens = filter.pagination === 'token' ? pageTokens(secrets) : undefined;
  return {
    method: filter.pagination === 'none' ? 'list' : 'getFilteredPage',
    query: joinedQuery(query, resource) as unknown as Schema,
    response: shape(schema, `${pascalCase(name)}Page`),
    subset,
    responseHeaders:
      filter.pagination === 'none'
        ? {}
        : { Link: 'The first, previous, next and last page, as far as they are known.' },
    async read(view, params, query) {
      const asked = filter.operations(query as object);
      const operations = {
        ...asked,
        where: allOf([asked.where, equalsAll(await scopeOf(view, params))]),
        sort: settle(asked.sort ?? []),
      };
      const found = await readList(view, operations, tokens, maxItems);
      if (!asked.fields) return found;
      showSubset(view.request);
      return chosen(found as object, asked.fields);
    },
  };
}

/** Whether a client may choose fields. */
function selects(parts: readonly FilterPart[], { name, schema }: GenericOptions): boolean {
  const chosen = parts.find((part) => part.selects)?.selects;
  const shown = chosen && fieldPathsOf(schema);
  const unknown = chosen?.find((field) => !shown?.includes(field));
  if (unknown === undefined) return chosen !== undefined;
  throw new TypeError(
    `The FieldsFilter of the resource ${name} has the field "${unknown}", which its schema does not have.`,
  );
}

/** The parameters of the filter and those of the resource. */
function joinedQuery(filter: TObject, { name, query }: GenericOptions): TObject {
  const own = (query as TObject | undefined)?.properties ?? {};
  const taken = new Set(
    Object.entries(filter.properties).flatMap(([parameter, schema]) => [parameter, ...aliasesOf(schema)]),
  );
  const twice = Object.keys(own).find((parameter) => taken.has(parameter));
  if (twice !== undefined) {
    throw new TypeError(`The query of the resource ${name} has the parameter "${twice}", as its filter has.`);
  }
  return Type.Object({ ...filter.properties, ...own }, { additionalProperties: false });
}

const shapes: Readonly<Record<'numbered' | 'token' | 'none', (item: Schema, $id?: string) => Schema>> = {
  numbered: (item, $id) => numberedPageSchema(item, $id) as unknown as Schema,
  token: (item, $id) => tokenPageSchema(item, $id) as unknown as Schema,
  none: (item) => Type.Array(item as TSchema) as unknown as Schema,
};

/** A list without bounds is a fault that waits for its day, so one without a pagination gets one. */
function filterOfList({ filter, pagination, name }: GenericOptions): FilterStatics {
  if (filter && !Array.isArray(filter.parts)) {
    throw new TypeError(
      `The \`filter\` of the resource ${name} is no filter: write Filter(ModelFilter(...), PaginationFilter()).`,
    );
  }
  const given = filter ?? Filter();
  if (pagination === false) {
    if (given.pagination === 'none') return given;
    throw new TypeError(`The resource ${name} has \`pagination: false\`, and a filter that has one.`);
  }
  if (given.pagination !== 'none') return given;
  return Filter(given, PaginationFilter());
}

async function readList(
  view: ServingStore,
  operations: Operations,
  tokens: PageTokens | undefined,
  maxItems: number,
): Promise<unknown> {
  const { repository, resource } = view;
  const { page } = operations;
  if (!page) return readAll(view, operations, maxItems);
  if (page.type === 'numbered') return linked(view, await readNumberedPage(repository, operations, page));
  const found = await readTokenPage(repository, operations, page, tokens as PageTokens, resource.name);
  if (found === BAD_TOKEN) {
    const detail = 'is no token of this list with this filter and this order';
    throw new BadRequest(undefined, {
      errors: [{ detail, in: 'query', parameter: 'page_token', code: 'page_token' }],
    });
  }
  return linked(view, found);
}

async function readAll(
  { repository, resource }: ServingStore,
  operations: Operations,
  maxItems: number,
): Promise<unknown> {
  const { where, sort, fields } = operations;
  const items = [...(await repository.list({ where, sort, fields, limit: maxItems + 1 }))];
  if (items.length <= maxItems) return items;
  throw new RangeError(
    `The list of ${resource.name} is not paginated and has more than ${maxItems} items: give it a PaginationFilter(), or a higher \`maxItems\`.`,
  );
}

function linked<Page>({ request, response }: ServingStore, { page, links }: PageAndLinks<Page>): Page {
  const header = linkHeader(request.originalUrl, links);
  if (header !== undefined) response.append('Link', header);
  return page;
}

/** The items of a list with some fields; those of the repository stay as they are. */
function chosen(list: object, fields: readonly FieldPath[]): object {
  const tree = treeOf(fields);
  const pickAll = (items: readonly unknown[]) => items.map((item) => pickTree(item, tree));
  if (Array.isArray(list)) return pickAll(list);
  return { ...list, items: pickAll((list as { readonly items: readonly unknown[] }).items) };
}

/**
 * Completes an order: with the key last, so that no two entities are equal, and with what the schema says of each field.
 *
 * @throws TypeError for fields of the filter that the schema does not have.
 */
function sorter(resource: GenericOptions, filter: FilterStatics): (sort: readonly Sort[]) => Sort[] {
  const { name, schema } = resource;
  const nullable = new Map<FieldPath, boolean>();
  for (const use of filter.parts.flatMap((part) => part.uses ?? [])) {
    const field = fieldAt(use.schema ?? schema, use.field);
    if (!field || (use.for === 'search' && !field.free) || (use.for === 'sort' && field.many)) {
      const needed = use.for === 'search' ? 'a text' : 'a scalar that is in no list';
      throw new TypeError(
        `The filter of the resource ${name} can not ${use.for} by "${use.field}": it has to be ${needed} in the schema. ` +
          'A field that the view does not show is declared by the option `schema` of the filter.',
      );
    }
    if (field.writeOnly) {
      throw new TypeError(
        `The filter of the resource ${name} can not ${use.for} by "${use.field}", which is writeOnly: who may ask for it finds out what it is.`,
      );
    }
    // What a path leads through may be missing in a store, whatever the schema says.
    nullable.set(use.field, field.nullable || use.field.includes('.'));
  }
  const key = Object.keys(keySchemaOf(resource).properties);
  for (const property of key) nullable.set(property, false);
  const settled = (sort: Sort): Sort => ({
    ...sort,
    nullable: sort.nullable ?? nullable.get(sort.field) ?? true,
  });
  return (sort) => [
    ...sort.map(settled),
    ...key
      .filter((field) => !sort.some((step) => step.field === field))
      .map((field) => settled({ field, direction: 'asc' })),
  ];
}
