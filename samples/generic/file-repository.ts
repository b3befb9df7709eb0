import { readFile, rename, writeFile } from 'node:fs/promises';
import {
  type Criteria,
  type PageSelection,
  type Repository,
  type Selection,
  selectFrom,
  UniqueViolation,
} from 'express-viewsets';

/** Keeps entities in a JSON file, for tools that one person uses: each call reads the file, and each change writes it anew. */
export class FileRepository<Entity extends { readonly id: number }> implements Repository<Entity> {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly path: string,
    readonly unique: readonly (keyof Entity & string)[] = [],
  ) {}

  async list(selection: Selection) {
    return selectFrom(await this.#read(), selection);
  }

  async getFilteredPage({ limit, offset, total, ...selection }: PageSelection) {
    const found = selectFrom(await this.#read(), selection);
    return { items: selectFrom(found, { limit, offset }), ...(total && { total: found.length }) };
  }

  async get(key: Criteria) {
    return find(await this.#read(), key);
  }

  create(values: object) {
    return this.#write((entities) => {
      const id = Math.max(0, ...entities.map((entity) => entity.id)) + 1;
      return this.#put(entities, entities.length, { id, ...given(values) } as unknown as Entity);
    });
  }

  updateOne(key: Criteria, values: object) {
    return this.#write((entities) => {
      const found = find(entities, key);
      return found && this.#put(entities, entities.indexOf(found), { ...found, ...given(values) });
    });
  }

  delete(key: Criteria) {
    return this.#write((entities) => {
      const found = find(entities, key);
      return found !== undefined && entities.splice(entities.indexOf(found), 1).length === 1;
    });
  }

  #put(entities: Entity[], place: number, entity: Entity): Entity {
    for (const name of ['id', ...this.unique] as const) {
      const taken = entities.some((other, index) => index !== place && other[name] === entity[name]);
      if (taken) throw new UniqueViolation([name]);
    }
    entities[place] = entity;
    return entity;
  }

  async #read(): Promise<Entity[]> {
    return JSON.parse(await readFile(this.path, 'utf8')) as Entity[];
  }

  /** One after the other, so that of two writers with one version the second finds nothing. */
  #write<T>(change: (entities: Entity[]) => T): Promise<T> {
    const work = this.#last.then(async () => {
      const entities = await this.#read();
      const result = change(entities);
      await writeFile(`${this.path}.new`, JSON.stringify(entities));
      await rename(`${this.path}.new`, this.path);
      return result;
    });
    this.#last = work.catch(() => {});
    return work;
  }
}

function find<Entity extends object>(entities: readonly Entity[], key: Criteria): Entity | undefined {
  return entities.find((entity) =>
    Object.entries(key).every(([name, value]) => entity[name as never] === value),
  );
}

/** An `undefined` is no value. */
function given(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
