/** The relations of a page to others (RFC 8288 section 3). */
export type Relation = 'first' | 'prev' | 'next' | 'last';

/** For each relation the query parameters that lead there; one that is `undefined` is left out. */
export type Links = Readonly<Partial<Record<Relation, Readonly<Record<string, string | undefined>>>>>;

// Each relation repeats the query. Proxies hold 4 kB of headers, and with those of others it has to fit.
const MAX_LINK = 2048;

/** What is left out where they do not fit together: `prev` without `next` would say that there is no next page. */
const selections: readonly (readonly Relation[])[] = [
  ['first', 'prev', 'next', 'last'],
  ['first', 'prev', 'next'],
  ['prev', 'next'],
];

/**
 * A `Link` header: the same URL with other parameters. The references are relative, so that no header of a client can
 * name another host. It has 2048 characters at most: beyond that it is without `last`, then without `first`, and then there is none.
 *
 * @param url The path and the query of the request.
 */
export function linkHeader(url: string, links: Links): string | undefined {
  const [path = '', query = ''] = splitOnce(url, '?');
  const written = new Map<string, string>();
  for (const [relation, parameters] of Object.entries(links)) {
    const changed = new URLSearchParams(query);
    for (const [name, value] of Object.entries(parameters)) {
      changed.delete(name);
      if (value !== undefined) changed.append(name, value);
    }
    const text = changed.toString();
    written.set(relation, `<${pathOf(path)}${text && `?${text}`}>; rel="${relation}"`);
  }
  for (const selection of selections) {
    const header = selection.flatMap((relation) => written.get(relation) ?? []).join(', ');
    if (header.length <= MAX_LINK) return header || undefined;
  }
  return undefined;
}

/** As a URI reference: `//host` would be one with an authority, as is the target of a request through a proxy. */
function pathOf(target: string): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  return `/${path.replace(/^\/+/, '')}`.replace(/[^\x21-\x7e]|[<>"\\^`{|}]/g, encodeURIComponent);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
