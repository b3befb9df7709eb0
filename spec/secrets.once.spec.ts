import { isSecretName, withoutSecrets } from '../lib/secrets.js';

/** Each text has `hunter2` in the place of a secret, and nothing else that is one. */
const told: Readonly<Record<string, readonly string[]>> = {
  'names of settings': [
    'password=hunter2',
    'client_secret=hunter2&grant_type=x',
    'clientSecret: hunter2',
    'apiKey=hunter2',
    'api_key = hunter2',
    'API-KEY: hunter2',
    'private_key: hunter2',
    'privateKey: hunter2',
    'secretKey: hunter2',
    'PGPASSWORD=hunter2 psql',
    'MYSQL_PWD=hunter2',
    'AWS_SECRET_ACCESS_KEY=hunter2',
    'DefaultEndpointsProtocol=https;AccountKey=hunter2==;EndpointSuffix=x',
    'Uid=sa;Pwd=hunter2;Database=x',
    'x-amz-security-token: hunter2',
    'sessionid=hunter2',
    'PHPSESSID=hunter2',
    'JSESSIONID: hunter2',
    'connect.sid=hunter2',
    'jwt=hunter2',
    'jwt: hunter2',
    'refreshToken=hunter2',
    'id_token=hunter2',
    'csrf_token=hunter2',
    'passphrase: hunter2',
    'password_hash=hunter2',
    'db.password=hunter2',
    'userPassword: hunter2',
    'credentials=hunter2',
    '//registry.example/:_authToken=hunter2',
    'password%3Dhunter2',
    'password=hunter2,and-more-hunter2',
    'new Map([[1, 2]]) { password => hunter2 }',
    'Command failed: dump --password hunter2 --user x',
    'Command failed: dump --api-key=hunter2',
  ],
  'quoted values': [
    '{"password":"hunter2"}',
    '{"password": "a b hunter2, c"}',
    '{"password":"a\\"hunter2"}',
    "{ password: 'it hunter2' }",
    "{ auth: { user: 'u', pass: 'hunter2' } }",
    '{"pass":"hunter2"}',
    '{ token: `hunter2` }',
    '{\\"password\\":\\"hunter2\\"}',
    '{\\"password\\": \\"a, hunter2\\"}',
    '{\\"a\\":\\"{\\\\\\"clientSecret\\\\\\":\\\\\\"x hunter2\\\\\\"}\\"}',
    '{"apiKeys":["a","hunter2"]}',
    '{"token":"it is not closed, hunter2',
    'Key (api_token)=(hunter2) already exists.',
    'Key (tenant, api_token)=(1, hunter2) already exists.',
  ],
  headers: [
    'Authorization: Bearer hunter2',
    'Authorization: ApiKey hunter2',
    'Authorization: hunter2',
    'authorization: AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=host, Signature=hunter2',
    'Authorization: Digest username="Mufasa", realm="a b", nonce="c", response="hunter2"',
    'Proxy-Authorization: Basic hunter2==',
    'GET / HTTP/1.1\r\nAuthorization: Custom a b hunter2\r\nHost: x',
    '{"authorization":"Digest username=\\"M\\", response=\\"hunter2\\"","host":"x"}',
    '{"authorization":["Bearer a","Bearer hunter2"]}',
    "[ 'Host', 'x', 'Authorization', 'Custom hunter2' ]",
    'HTTP_AUTHORIZATION=Custom hunter2',
    'Cookie: a=1; session=hunter2',
    'Cookie: a=1; b=2; c=hunter2; d=3\nHost: x',
    'Set-Cookie: a=1; Path=/; b=hunter2',
    "{ cookie: 'a=1; session=hunter2' }",
    "{ 'set-cookie': [ 'a=1; Path=/', 'b=hunter2' ] }",
    '"cookie":"a=1; b=hunter2"',
    'X-Api-Key: hunter2',
    'X-Auth-Token: hunter2',
    'sent with Bearer hunter2hunter2',
    'sent with bearer abcdefhunter2',
    'sent with Basic YTpihunter2==',
  ],
  URLs: [
    'postgres://u:hunter2@host/db',
    'postgres://u:p@hunter2@host/db',
    'postgres://u:hunter2@ss@host/db',
    'postgres://u:p/hunter2@host/db',
    'postgres://u:p#hunter2?x@host/db',
    'redis://:hunter2@127.0.0.1:6379/0',
    'mongodb+srv://u:hunter2@a.example,b.example/db',
    'https://u:hunter2@host/x',
    'https://hunter2@github.example/x.git',
    'https://hunter2:x-oauth-basic@github.example/x.git',
    'https://host/x?key=hunter2',
    'https://host/x#access_token=hunter2',
    'postgres://host/db?user=u&password=hunter2',
    'could not load /reset?code=hunter2',
    'GET /items/7?state=1&code=hunter2 failed',
  ],
};

/** Told by their shape alone. */
const shapes: Readonly<Record<string, string>> = {
  'a JWT':
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  'an encrypted JWT':
    'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9k.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX.XFBoMYUZodetZdvTiFvSkQ',
  'a private key':
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA75\nqXwIDAQAB\n-----END RSA PRIVATE KEY-----',
  'a private key on one line':
    '-----BEGIN PRIVATE KEY-----\\nMIIEowIBAAKCAQEA75\\nqXwIDAQAB\\n-----END PRIVATE KEY-----\\n',
  'a private key that is cut off': '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIEowIBAAKCAQEA75\nqXwIDAQAB',
  'a token of GitHub': 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'a token of npm': 'npm_16C7e42F292c6912E7710c838347Ae178B4a',
  'a key of Stripe': `sk_${'live'}_4eC39HqLyjWDarjtT1zdp7dc`,
};

describe('what looks like a secret is not told', () => {
  for (const [kind, texts] of Object.entries(told))
    test.each(texts)(`${kind}: %s`, (text) => {
      expect(withoutSecrets(text)).not.toContain('hunter2');
      expect(withoutSecrets(text)).toContain('[redacted]');
      expect(withoutSecrets(`It failed with ${text}`)).not.toContain('hunter2');
    });

  test.each(Object.entries(shapes))('%s, wherever it stands', (_name, secret) => {
    const parts = secret.split(/[\s.]|\\n|-----/).filter((part) => /^[\w-]{10,}$/.test(part));
    expect(parts.length).toBeGreaterThan(0);
    for (const text of [
      secret,
      `it was ${secret}`,
      `"${secret}"`,
      `x=${secret}`,
      `a%20${secret}, and so on`,
    ]) {
      const safe = withoutSecrets(text);
      for (const part of parts) expect(safe).not.toContain(part);
      expect(safe).toContain('[redacted]');
    }
  });

  test('what stands around it stays', () => {
    expect(withoutSecrets('{"user":"u","password":"hunter2","age":7}')).toBe(
      '{"user":"u","password":"[redacted]","age":7}',
    );
    expect(withoutSecrets('a=1 password=hunter2 b=2')).toBe('a=1 password=[redacted] b=2');
    expect(withoutSecrets('postgres://u:p@ss@host:5432/db is down')).toBe(
      'postgres://u:[redacted]@host:5432/db is down',
    );
    expect(withoutSecrets('GET / HTTP/1.1\r\nCookie: a=1; b=2\r\nHost: x')).toBe(
      'GET / HTTP/1.1\r\nCookie: [redacted]\r\nHost: x',
    );
    expect(withoutSecrets('GET https://host/a/b?c=d failed')).toBe('GET https://host/a/b?[redacted] failed');
  });

  test('twice is as once', () => {
    for (const text of [...Object.values(told).flat(), ...Object.values(shapes)]) {
      const once = withoutSecrets(text);
      expect(withoutSecrets(once)).toBe(once);
    }
  });
});

test.each([
  'the token was missing',
  'password must be 8 characters',
  'The password is wrong.',
  'password: must be 8 characters',
  'WrongPassword: The password is wrong',
  'Unexpected token < in JSON at position 0',
  "Unexpected token ':'",
  'max_tokens: 4096',
  'The bearer token was missing',
  'Bearer authentication is required',
  'Basic authentication is required',
  'basic validation of the secretary: done',
  'invalid csrf token',
  'password authentication failed for user "app"',
  'tests pass: 5, bypass: true, compass: north',
  'secretOrPrivateKey must have a value',
  'no cookies here; sessions: 5; keys: 7; monkey: x',
  'Cannot find module "jsonwebtoken"\n    at checkToken (/app/lib/token.js:10:5)\n    at file:///app/get-token.mjs:5:1',
  'connect ECONNREFUSED postgres://db.example:5432/app',
  'https://registry.example/@scope/pkg/-/pkg-1.0.0.tgz is gone',
  'ssh://git@host/x.git',
  'duplicate key value violates unique constraint "items_pkey"',
  'Key (name)=(tea) already exists.',
  'keyJournal.find.call is not a function',
  'is this a question? yes=no',
  '-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----',
])('ordinary prose stays as it is: %s', (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

/** Each is what makes one of the patterns start again and again, or look far and find nothing. */
const hostile: readonly string[] = [
  'a',
  ' ',
  '"',
  '\\',
  '\\"',
  '=',
  'password',
  'password ',
  'password\\',
  'password="',
  "password='",
  'password=\\"',
  'password=\\\\"',
  'password=[',
  'password=(',
  'password:',
  'tokentoken',
  'token_',
  '--token ',
  'cookie',
  'cookie: ',
  'cookie="',
  'authorization=\\\\\\"',
  'Basic ',
  'Basic a',
  'bearer ',
  'eyJ',
  'eyJ-',
  'eyJaaaaaaaaaa',
  'eyJaaaaaaaaaa.',
  'eyJaaaaaaaaaa-eyJaaaaaaaaaa.',
  'a.',
  'http://',
  'a://',
  'http://a:',
  'http://@',
  'http://a?',
  'x+',
  '/',
  '/?',
  '/?a',
  '/a?a',
  '?',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY----- -----END ',
  'ghp_',
  'ghp_a',
  '%3D',
];

test.each(hostile)('a hostile text ends as soon as any other: %j', (part) => {
  const length = 16_384;
  // Of what grows with the square of the length, so many would not end within the limit of a test.
  for (const text of [
    part.repeat(length / part.length),
    `${part.repeat(length / part.length)}"`,
    `${part}${'a'.repeat(length - part.length)}`,
    `${part}${' '.repeat(length - part.length)}`,
    `${part}${'\\'.repeat(length - part.length)}`,
  ])
    for (let turn = 0; turn < 10; turn += 1) expect(withoutSecrets(text).length).toBeLessThan(4 * length);
});

test('a long text is cut', () => {
  expect(withoutSecrets('x'.repeat(100_000)).length).toBeLessThan(20_000);
});

test('names of headers that carry secrets are known by what they say', () => {
  for (const name of [
    'authorization',
    'Cookie',
    'x-api-key',
    'x-amz-security-token',
    'x-csrf-token',
    'x-session-id',
  ])
    expect(isSecretName(name)).toBe(true);
  for (const name of ['user-agent', 'host', 'x-request-id', 'content-type'])
    expect(isSecretName(name)).toBe(false);
});
