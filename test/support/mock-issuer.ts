/** An OpenID Connect provider for tests: signs in whoever is set as `person`, without asking. Checks PKCE as real ones do. */
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Issuer = {
  url: string;
  clientId: string;
  clientSecret: string;
  person: { email: string; email_verified?: boolean; name?: string };
  stop(): Promise<void>;
};

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(claims: object): string {
  const content = `${base64({ alg: 'RS256', kid: 'test', typ: 'JWT' })}.${base64(claims)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
}

async function form(request: IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return new URLSearchParams(body);
}

export async function startIssuer(): Promise<Issuer> {
  const codes = new Map<string, { nonce: string; challenge: string }>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, issuer.url);
    const reply = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') {
      const at = (name: string) => `${issuer.url}/${name}`;
      reply({
        issuer: issuer.url,
        authorization_endpoint: at('authorize'),
        token_endpoint: at('token'),
        jwks_uri: at('jwks'),
        userinfo_endpoint: at('userinfo'),
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    } else if (pathname === '/jwks') {
      reply({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] });
    } else if (pathname === '/authorize') {
      const code = randomUUID();
      codes.set(code, { nonce: searchParams.get('nonce')!, challenge: searchParams.get('code_challenge')! });
      const back = new URL(searchParams.get('redirect_uri')!);
      back.search = new URLSearchParams({ code, state: searchParams.get('state')! }).toString();
      response.writeHead(302, { location: back.href }).end();
    } else if (pathname === '/token') {
      const given = await form(request);
      const known = codes.get(given.get('code')!);
      const challenge = createHash('sha256').update(given.get('code_verifier')!).digest('base64url');
      if (!known || challenge !== known.challenge) return void reply({ error: 'invalid_grant' }, 400);
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: issuer.url, aud: issuer.clientId, sub: issuer.person.email, iat: now, exp: now + 60, nonce: known.nonce };
      reply({ access_token: 'x', token_type: 'Bearer', id_token: sign({ ...claims, ...issuer.person }) });
    } else reply({}, 404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: 'heed',
    clientSecret: 'between us',
    person: { email: '' },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return issuer;
}
