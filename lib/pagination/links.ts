/** The relations of a page to others (RFC 8288 section 3). */
export type Relation = 'first' | 'prev' | 'next' | 'last';

/** For each relation the query parameters that lead there; one that is `undefined` is left out. */
export type Links = Readonly<Partial<Record<Relation, Readonly<Record<string, string | undefined>>>>>;

/**
 * A `Link` header: the same URL with other parameters. The references are relative, so that no header of a client can
 * name another host.
 *
 * @param url The path and the query of the request.
 */
export function linkHeader(url: string, links: Links): string | undefined {
  const [path = '', query = ''] = splitOnce(url, '?');
  const written = Object.entries(links).map(([relation, parameters]) => {
    const changed = new URLSearchParams(query);
    for (const [name, value] of Object.entries(parameters)) {
      changed.delete(name);
      if (value !== undefined) changed.append(name, value);
    }
    const text = changed.toString();
    return `<${pathOf(path)}${text && `?${text}`}>; rel="${relation}"`;
  });
  return written.length > 0 ? written.join(', ') : undefined;
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
