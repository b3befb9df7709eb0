import type { Condition, FieldCondition, Scalar, Sort } from '../operations/index.js';
import { isLogical } from '../operations/index.js';
import { collate, type Dialect, differs, sortOrder, textMatch } from './dialect.js';
import { type Chunk, type Fragment, joined } from './fragment.js';
import { type Column, columnOf, type Relation, type Source, unknownField } from './source.js';

const nothing = '1 = 0';
const everything = '1 = 1';
const comparisons = { lt: ' < ', le: ' <= ', gt: ' > ', ge: ' >= ' } as const;

/**
 * A condition as SQL that may be null where it does not hold, which `where` takes for false; the negations hold for null.
 *
 * @throws TypeError when a field is no column, or is compared with anything but a scalar.
 */
export function compileCondition(dialect: Dialect, condition: Condition, source: Source): Fragment {
  const writer = new ConditionWriter(dialect);
  writer.write(condition, source);
  return writer.chunks;
}

/**
 * What is sorted by, without a direction.
 *
 * @throws TypeError when the field is no column, or belongs to many rows.
 */
export function compileSortValue({ field }: Pick<Sort, 'field'>, source: Source): Fragment {
  return valueAt(field, source, 0, true);
}

export function compileSort(dialect: Dialect, sort: Sort, source: Source): Fragment {
  const { direction, nullable = true } = sort;
  if (direction !== 'asc' && direction !== 'desc') {
    throw new TypeError(`A direction to sort ${source.name} in is 'asc' or 'desc'.`);
  }
  // A relation may be missing, whatever the column behind it is.
  const missing = nullable || !source.column(sort.field);
  return [...compileSortValue(sort, source), sortOrder(dialect, direction, missing)];
}

class ConditionWriter {
  readonly chunks: Chunk[] = [];
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  write(condition: Condition, source: Source): void {
    if (!isLogical(condition)) {
      this.#field(condition, condition.field, source, 0);
    } else if (condition.op === 'not') {
      this.chunks.push('((');
      this.write(condition.condition, source);
      this.chunks.push(') is not true)');
    } else if (condition.conditions.length === 0) {
      this.chunks.push(condition.op === 'and' ? everything : nothing);
    } else {
      this.chunks.push('(');
      for (const [index, part] of condition.conditions.entries()) {
        if (index > 0) this.chunks.push(condition.op === 'and' ? ' and ' : ' or ');
        this.write(part, source);
      }
      this.chunks.push(')');
    }
  }

  #field(condition: FieldCondition, path: string, source: Source, depth: number): void {
    const column = source.column(path);
    if (column) {
      this.#test(condition, column);
      return;
    }
    const { relation, rest } = stepOf(path, source);
    if (rest === undefined && condition.op !== 'is_null') {
      throw new TypeError(`${path} of ${source.name} is a relation: compare one of its columns.`);
    }
    const { from, on, source: other } = relation.join(source, aliasAt(source, depth));
    const negated = opposite(condition);
    this.chunks.push(`${negated ? 'not ' : ''}exists (select 1 from `, ...from, ' where ', ...on);
    if (rest !== undefined) {
      this.chunks.push(' and ');
      this.#field(negated ?? condition, rest, other, depth + 1);
    }
    this.chunks.push(')');
  }

  #test(condition: FieldCondition, column: Column): void {
    const { chunk } = column;
    switch (condition.op) {
      case 'eq':
      case 'ne':
        this.#equal(condition.op === 'eq', condition.value, column);
        return;
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
        this.#compare(condition.op, condition.value, column);
        return;
      case 'in':
        this.#in(condition.value, column);
        return;
      case 'not_in':
        this.chunks.push('((');
        this.#in(condition.value, column);
        this.chunks.push(') is not true)');
        return;
      case 'is_null':
        this.chunks.push(chunk, condition.value ? ' is null' : ' is not null');
        return;
      case 'contains':
      case 'starts_with':
      case 'ends_with': {
        const { op, value, ignoreCase } = condition;
        if (this.#unknowable(value)) this.chunks.push(nothing);
        else this.chunks.push(...textMatch(this.#dialect, chunk, op, value, ignoreCase));
        return;
      }
      default:
        throw new TypeError(`${JSON.stringify((condition as { op: unknown }).op)} is no operator.`);
    }
  }

  #equal(equal: boolean, value: Scalar, column: Column): void {
    if (this.#unknowable(value)) {
      this.chunks.push(equal ? nothing : everything);
      return;
    }
    const operator = equal ? ' = ' : differs(this.#dialect);
    this.chunks.push(column.chunk, operator, ...parameterOf(column, value));
  }

  #compare(op: 'lt' | 'le' | 'gt' | 'ge', value: Scalar, column: Column): void {
    const { chunk, collation } = column;
    let [operator, bound]: [string, Scalar] = [comparisons[op], value];
    if (this.#unknowable(bound)) {
      // No text lies between what stands before the NUL and what is sought.
      bound = bound.slice(0, bound.indexOf('\0'));
      operator = op === 'lt' || op === 'le' ? comparisons.le : comparisons.gt;
    }
    this.chunks.push(chunk, collate(collation), operator, ...parameterOf(column, bound));
  }

  #in(values: readonly Scalar[], column: Column): void {
    const known = values.filter((value) => !this.#unknowable(value));
    if (known.length === 0) {
      this.chunks.push(nothing);
      return;
    }
    const list = joined(
      known.map((value) => parameterOf(column, value)),
      ', ',
    );
    this.chunks.push(column.chunk, ' in (');
    for (const chunk of list) this.chunks.push(chunk);
    this.chunks.push(')');
  }

  /** PostgreSQL has no text with a NUL in it, and takes none for a parameter. */
  #unknowable(value: Scalar): value is string {
    return this.#dialect === 'postgres' && typeof value === 'string' && value.includes('\0');
  }
}

function parameterOf(column: Column, value: Scalar): Fragment {
  if (value === null || value === undefined || (typeof value === 'object' && !(value instanceof Date))) {
    throw new TypeError(
      `${column.key} is compared with a text, a number, a boolean or a Date, and null is asked for by is_null.`,
    );
  }
  return column.parameter(value);
}

function valueAt(path: string, source: Source, depth: number, outermost: boolean): Fragment {
  const column = source.column(path);
  if (column) return [column.chunk, collate(column.collation)];
  const { relation, rest } = stepOf(path, source);
  if (relation.many) {
    throw new TypeError(`${source.name} can not be sorted by ${path}, of which there may be many.`);
  }
  if (rest === undefined) throw unknownField(source, path);
  const { from, on, source: other } = relation.join(source, aliasAt(source, depth));
  const value = valueAt(rest, other, depth + 1, false);
  const query: Fragment = ['(select ', ...value, ' from ', ...from, ' where ', ...on, ')'];
  // The collation of what is inside a subquery does not count outside of it.
  return outermost ? [...query, collate(collationAt(path, source))] : query;
}

function collationAt(path: string, source: Source): string | undefined {
  const column = source.column(path);
  if (column) return column.collation;
  const { relation, rest } = stepOf(path, source);
  return collationAt(rest as string, relation.join(source, 'r').source);
}

/** The first step of a path that leads to another table, and what is left of it. */
function stepOf(path: string, source: Source): { relation: Relation; rest: string | undefined } {
  const dot = path.indexOf('.');
  const relation = source.relation(dot < 0 ? path : path.slice(0, dot));
  if (!relation) throw unknownField(source, path);
  return { relation, rest: dot < 0 ? undefined : path.slice(dot + 1) };
}

/** The tables of a path are aliased one by one, so that a table can lead to itself. */
function aliasAt(source: Source, depth: number): string {
  return `${/^r\d+$/.test(source.qualifier) && depth === 0 ? 'related' : 'r'}${depth + 1}`;
}

/** Of a negation, the condition that none of the rows may fulfil. */
function opposite(condition: FieldCondition): FieldCondition | undefined {
  if (condition.op === 'ne') return { ...condition, op: 'eq' };
  if (condition.op === 'not_in') return { ...condition, op: 'in' };
  if (condition.op === 'is_null' && condition.value) return { ...condition, value: false };
  return undefined;
}

/**
 * The columns that hold these fields; all of them where one of the fields is no column that is known, as what makes the entity of
 * a row may make it of any of them. None where only the database knows: a field alone never becomes a name in SQL.
 */
export function columnsOfFields(
  source: Source,
  fields: readonly string[] | undefined,
): Map<string, Column> | undefined {
  const known = source.properties();
  if (!known) return undefined;
  const names = new Set<string>();
  for (const field of fields ?? known) {
    // Inside of a JSON column, where it is a path.
    const name = source.column(field) ? field : (field.split('.', 1)[0] as string);
    if (!source.column(name)) return columnsOfFields(source, undefined);
    names.add(name);
  }
  return new Map([...names].map((name) => [name, columnOf(source, name)]));
}
