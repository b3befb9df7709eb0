/*
 * What looks like a secret in a text that somebody else wrote: the message of an error, its stack. Secrets are told by the name that
 * stands before them, or by their shape. Libraries that redact do so by the path of a property, which a text has not, or know
 * a few shapes alone.
 *
 * Each pattern takes time in proportion to the text: it begins where a run of letters does and not within, what is repeated has one way
 * to match, and what looks for an end takes the end of the text for it.
 */

const REDACTED = '[redacted]';

/** Of characters; more is cut off. */
const MAX_TEXT = 16_384;

/** The end of a name that has a secret: `password`, `clientSecret`, `x-amz-security-token`, `PGPASSWORD`. */
const names = [
  'pass(?:word|wd|phrase|code)s?|pwd|secrets?|token|jwt|[cx]srf|otp|sid|credentials?|bearer|_auth',
  '(?:api|access|account|private|secret|signing|encryption|master|shared|license|auth|client|session)[-_ ]?keys?',
  'sess(?:ion)?[-_]?(?:id|cookie)',
  // These are other things as well.
  'session(?==)|sig(?:nature)?(?==)|(?<![a-z])pass(?=\\\\{0,8}["\']?\\s*(?:=|:\\s*\\\\{0,8}["\']))',
].join('|');
const secret = `(?<![\\w-])[\\w-]{0,64}?(?:${names})(?:[-_]?(?:hash|value|text|base64|pem|\\d{1,3}))?`;

/** The value of these is all that stands on the line, such as several cookies, or a scheme and its parameters. */
const header = '(?<![\\w-])[\\w-]{0,64}?(?:authorization|(?:set[-_])?cookie2?)';

/** Between a name and its value: `=`, `: `, `":"`, `=>`, `)=`, `%3D`; quotes may be escaped, as in JSON in JSON. */
const between = '\\\\{0,8}["\'`]?[)\\]]?\\s*(?:=>?|:|%3[AD])\\s*';
/** In a list of names and values, as `rawHeaders` are. */
const betweenQuoted = `["']\\s*,\\s*(?=["'])`;

const quoted = '(?<slashes>\\\\{0,8})(?<quote>["\'`])[\\s\\S]*?(?:(?<!\\\\)\\k<slashes>\\k<quote>|$)';
const listed = '[[(][^\\])]{0,1024}(?:[\\])]|$)';

/** What follows a name where it is part of a sentence: `password: must be longer`. */
const prose =
  '(?!(?:an?|and|are|at|be|can(?:not)?|could|did|does|expired|for|from|had|has|have|in|invalid|is|it|malformed|may|missing|must|no|not|of|on|or|required|should|that|the|this|to|too|unknown|was|were|will|with)\\b)';
/** What follows the name of a scheme in one. */
const schemeProse = '(?!(?:auth\\w*|credentials?|headers?|http|realm|schemes?|tokens?)\\b)';

/** Up to a space, or to what ends a value where values are listed. */
const word = '(?![{[(])(?:[^\\s,;&"\'`<]|,(?=\\S))+';

const patterns: readonly (readonly [RegExp, string | ((...found: never[]) => string)])[] = [
  [
    /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----[\s\S]*?(?:-----END [A-Z\d ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----|$)/g,
    REDACTED,
  ],
  [/(?<![a-z\d+.-])([a-z][a-z\d+.-]{0,31}):\/\/([^\s"'`<>]+)/gi, withoutUserAndQuery],
  [/(?<![\w./~%:@-])(\/[\w./~%:@-]*)\?[\w.%+[\]-]*=[^\s"'`<>]*/g, `$1?${REDACTED}`],
  // Three parts of base64 where it is signed, five where it is encrypted; `eyJ` is `{"`.
  [/(?:(?<![\w-])|(?<=%[\dA-F]{2}))eyJ[\w-]{10,}\.[\w-]*\.[\w-]*(?:\.[\w-]*\.[\w-]*)?/g, REDACTED],
  [
    /(?:(?<![\w-])|(?<=%[\dA-F]{2}))(?:gh[opsur]_|github_pat_|glpat-|npm_|xox[abeoprs]-|[rs]k_(?:live|test)_|AIza|ya29\.)[\w-]{16,}/g,
    REDACTED,
  ],
  [
    new RegExp(`(?<name>${header}(?:${between}|${betweenQuoted}))(?:${quoted}|${listed}|[^\\r\\n]+)`, 'gi'),
    whole,
  ],
  [new RegExp(`\\b(bearer)\\s+${prose}${schemeProse}[\\w.~+/-]{6,}=*`, 'gi'), `$1 ${REDACTED}`],
  // `basic` is a word as well: base64 has more than small letters.
  [/\b([Bb]asic|BASIC)\s+(?!HTTP\b)(?=\S[a-z]*[A-Z\d=+/])[\w+/-]{4,}={0,2}/g, `$1 ${REDACTED}`],
  [new RegExp(`(?<name>${secret}${between})(?:${quoted}|${listed}|${prose}${word})`, 'gi'), whole],
  [new RegExp(`((?<![\\w-])--[\\w-]{0,40}?(?:${names})\\s+)(?!-)${prose}\\S+`, 'gi'), `$1${REDACTED}`],
];

/** A text without what looks like a secret, and cut where it is longer than some number of characters. */
export function withoutSecrets(text: string, limit: number = MAX_TEXT): string {
  const short = text.length > limit ? `${text.slice(0, limit)}...` : text;
  return patterns.reduce((found, [pattern, by]) => found.replace(pattern, by as string), short);
}

const secretName = new RegExp(`(?:${secret}|${header})$`, 'i');

/** Whether what has this name, such as a header, is a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** The name stays, and the quotes. */
function whole(...found: unknown[]): string {
  const { name, slashes = '', quote = '' } = found.at(-1) as Record<string, string | undefined>;
  return `${name}${slashes}${quote}${REDACTED}${slashes}${quote}`;
}

/** A user is shown where a password follows and the scheme is not that of the web, where users are tokens. */
function withoutUserAndQuery(_url: string, scheme: string, rest: string): string {
  const web = /^(?:https?|wss?)$/i.test(scheme);
  const authority = rest.search(/[/?#]/);
  // A password may have what ends an authority; a path of the web may have an `@`.
  const at = rest.lastIndexOf(
    '@',
    web && authority >= 0 && isAuthority(rest.slice(0, authority)) ? authority : undefined,
  );
  const user = at < 0 ? '' : rest.slice(0, at);
  const place = rest.slice(at + 1);
  const colon = user.indexOf(':');
  const shown =
    at < 0 ? '' : web ? `${REDACTED}@` : colon < 0 ? `${user}@` : `${user.slice(0, colon)}:${REDACTED}@`;
  return `${scheme}://${shown}${web ? withoutQuery(place) : place}`;
}

/** Whether it is a host, with a port or without: else it is the beginning of a password. */
function isAuthority(text: string): boolean {
  return text.includes('@') || !/^[^[]*:.*\D/.test(text);
}

function withoutQuery(place: string): string {
  const end = place.search(/[?#]/);
  // An anchor is no secret; what has a form of names and values may be.
  return end < 0 || (place[end] === '#' && !place.includes('=', end))
    ? place
    : `${place.slice(0, end + 1)}${REDACTED}`;
}
