export type Level = 'breaking' | 'harmless';

/** `request`: what clients send. `response`: what they are sent. */
export type Direction = 'request' | 'response';

export type Effect = Readonly<Record<Direction, Level>>;

const breaking: Effect = { request: 'breaking', response: 'breaking' };
const harmless: Effect = { request: 'harmless', response: 'harmless' };

/** What clients send may be taken in more forms, and what they are sent may come in fewer. */
const narrowed: Effect = { request: 'breaking', response: 'harmless' };
const widened: Effect = { request: 'harmless', response: 'breaking' };

/** What a change means for clients that are there already. */
export const rules = {
  'operation-removed': breaking,
  'operation-added': harmless,
  'operation-id-changed': breaking,
  deprecated: harmless,
  undeprecated: harmless,
  'path-parameter-renamed': harmless,
  'server-removed': breaking,
  'server-added': harmless,

  'parameter-removed': breaking,
  'parameter-added': harmless,
  'required-parameter-added': breaking,
  'parameter-required': breaking,
  'parameter-optional': harmless,
  'parameter-style-changed': breaking,

  'body-removed': breaking,
  'body-added': harmless,
  'required-body-added': breaking,
  'body-required': narrowed,
  'body-optional': widened,
  'media-type-removed': breaking,
  'media-type-added': harmless,
  'encoding-changed': breaking,

  'success-removed': breaking,
  // A client that is ready for an error that never comes is none the worse.
  'error-removed': harmless,
  'status-added': harmless,
  'header-removed': breaking,
  'header-added': harmless,
  'header-optional': breaking,
  'header-required': harmless,

  'security-added': breaking,
  'security-removed': harmless,
  'security-scheme-changed': breaking,
  'security-scheme-extended': harmless,

  // What a client sends has no effect any more, even where it is still let pass.
  'property-removed': breaking,
  'property-added': harmless,
  'required-property-added': narrowed,
  'property-required': narrowed,
  'property-optional': widened,
  // Clients pass over properties that they do not know.
  'properties-closed': narrowed,
  'properties-opened': harmless,
  'default-changed': narrowed,
  'default-added': harmless,
  'alternative-removed': narrowed,
  'alternative-added': widened,
  'discriminator-changed': breaking,
  narrowed,
  widened,
  changed: breaking,
} as const satisfies Readonly<Record<string, Effect>>;

export type Rule = keyof typeof rules;
