interface Model {
  readonly key: readonly string[];
  readonly fields: readonly string[];
  readonly constraints: Readonly<Record<string, readonly string[]>>;
}

/**
 * The fields that an error P2002 of Prisma is about; none where it does not tell. The engines of Prisma 6 and before have
 * them in `meta.target`, and driver adapters name them, or the index, deep inside.
 */
export function violatedFields(error: unknown, model: Model): readonly string[] {
  const meta = (error as { meta?: Meta }).meta;
  const constraint = meta?.driverAdapterError?.cause?.constraint;
  const target = meta?.target ?? constraint?.fields ?? constraint?.index;
  if (Array.isArray(target)) return target.map((name) => String(name).replaceAll('"', ''));
  if (typeof target !== 'string') return [];
  if (Object.hasOwn(model.constraints, target)) return model.constraints[target] ?? [];
  if (target.endsWith('_pkey')) return model.key;
  const names = /^(.*)_key$/.exec(target)?.[1];
  return names === undefined ? [] : fieldsIn(names, model.fields);
}

interface Meta {
  readonly target?: unknown;
  readonly driverAdapterError?: {
    readonly cause?: { readonly constraint?: { readonly fields?: unknown; readonly index?: unknown } };
  };
}

/** Which fields a name ends in, after that of a table: `Item_tenant_name` in `tenant` and `name`; as many as there are. */
function fieldsIn(name: string, fields: readonly string[]): readonly string[] {
  // The longest first: `name_short` is no `short`.
  const last = fields.filter((field) => name.endsWith(`_${field}`)).sort((a, b) => b.length - a.length)[0];
  return last === undefined ? [] : [...fieldsIn(name.slice(0, -last.length - 1), fields), last];
}
