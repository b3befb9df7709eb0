/* Path templates in the syntax of Express, `/authors/:author_id/books`: literal segments, and parameters that are whole segments. */

const PARAMETER = /^:([A-Za-z_$][\w$]*)$/;
const LITERAL = /^[A-Za-z0-9\-._~!$&'()+,;=@%]+$/;

export type Segment = { readonly literal: string } | { readonly parameter: string };

/**
 * The segments of a template.
 *
 * @throws TypeError for what is neither a literal nor a whole parameter, such as `{id}`, `:id?` or `*`.
 */
export function parseTemplate(template: string): Segment[] {
  const segments: Segment[] = [];
  for (const part of template.split('/')) {
    if (part === '') continue;
    const parameter = PARAMETER.exec(part)?.[1];
    if (parameter !== undefined) segments.push({ parameter });
    else if (LITERAL.test(part) && !part.includes('(')) segments.push({ literal: part });
    else
      throw new TypeError(
        `The path "${template}" has the segment "${part}"; a segment is a literal, or a parameter as in "/:id".`,
      );
  }
  return segments;
}

/** Whether a text is a template at all. */
export function isTemplate(text: string): boolean {
  try {
    parseTemplate(text);
    return true;
  } catch {
    return false;
  }
}

export function joinPaths(...templates: readonly (string | undefined)[]): string {
  let joined = '';
  for (const template of templates) {
    for (const part of template?.split('/') ?? []) if (part !== '') joined += `/${part}`;
  }
  return joined;
}

export function parametersOf(template: string): string[] {
  const names: string[] = [];
  for (const segment of parseTemplate(template)) if ('parameter' in segment) names.push(segment.parameter);
  return names;
}

/** `/items/:id` -> `/items/{id}` */
export function toOpenAPIPath(template: string): string {
  return template.replace(/:([A-Za-z_$][\w$]*)/g, '{$1}') || '/';
}
