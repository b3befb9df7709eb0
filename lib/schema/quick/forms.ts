/** What generated code makes of a value that fits. Parts of its code are named by variables. */
export interface Form {
  /** `out`: a program has more than JSON, such as dates, instances of classes, getters and `toJSON`. `in`: it is JSON, and only what is its own counts. */
  readonly direction: 'in' | 'out';
  /** Of one of these types; of any where there are none. */
  scalar(value: string, types: readonly unknown[]): string;
  readonly nothing: string;
  /** Ends the function of an object. */
  object(members: readonly Member[]): string[];
  /** None: for schemas with lists there is no code. */
  readonly list?: { readonly begin: string; readonly add: string; readonly end: string };
}

export interface Member {
  readonly name: string;
  /** The variable that holds what was made of it. */
  readonly made: string;
  /** An expression that says whether it is there; none where it always is. */
  readonly given?: string;
}

const copiedList = { begin: 'const list = [];', add: 'list.push(item);', end: 'return list;' };

/** A copy of a result; what is left out may be there as `undefined`, which `JSON.stringify` leaves out. */
export const asCopy: Form = {
  direction: 'out',
  scalar: (value) => value,
  nothing: 'null',
  object: (members) => [`return { ${members.map(property).join(', ')} };`],
  list: copiedList,
};

/** A copy of an input, which has what is left out not at all. */
export const asInput: Form = {
  direction: 'in',
  scalar: (value) => value,
  nothing: 'null',
  object: (members) => {
    const first = members.findIndex(({ given }) => given !== undefined);
    const always = first < 0 ? members : members.slice(0, first);
    const assign = ({ name, made, given }: Member) =>
      `${given === undefined ? '' : `if (${given}) `}copy[${JSON.stringify(name)}] = ${made};`;
    return [
      `const copy = { ${always.map(property).join(', ')} };`,
      ...members.slice(always.length).map(assign),
      'return copy;',
    ];
  },
  list: copiedList,
};

/** The text of a result without lists, letter by letter as `JSON.stringify` writes it. */
export const asItemText: Form = {
  direction: 'out',
  scalar: (value, types) => {
    const mayBeString = types.length === 0 || types.includes('string');
    return `${mayBeString ? (types.length === 1 ? 'quoted' : 'scalarText') : 'String'}(${value})`;
  },
  nothing: '"null"',
  object: (members) => {
    // Whether a comma is due is known from the first member on that is always there.
    const first = members.findIndex(({ given }) => given === undefined);
    const lines = members.map(({ name, made, given }, index) => {
      const label = `${JSON.stringify(name)}:`;
      const [plain, next] = [JSON.stringify(label), JSON.stringify(`,${label}`)];
      const isLed = first >= 0 && index > first;
      const lead = isLed ? next : index === 0 ? plain : `(text.length > 1 ? ${next} : ${plain})`;
      return `${given === undefined ? '' : `if (${given}) `}text += ${lead} + ${made};`;
    });
    return ['let text = "{";', ...lines, 'return text + "}";'];
  },
};

/** The text of a result. */
export const asText: Form = {
  ...asItemText,
  list: {
    begin: 'let list = "[";',
    add: 'list += index === 0 ? item : "," + item;',
    end: 'return list + "]";',
  },
};

function property({ name, made }: Member): string {
  return `${JSON.stringify(name)}: ${made}`;
}
