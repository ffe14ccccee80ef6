import { generateKeyPairSync, sign } from 'node:crypto';
import { JsonWebKeySet } from '../../src';

/** Who gives out tokens. */
export class Issuer {
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

  constructor(readonly issuer: string) {}

  /** By what its tokens are known. */
  get jwtRule() {
    return { issuer: this.issuer, jwks: JsonWebKeySet.inline(JSON.stringify({ keys: [this.keys.publicKey.export({ format: 'jwk' })] })) };
  }

  /** A token of ten minutes, as a header. */
  bearer(claims: object = {}): Record<string, string> {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: this.issuer, sub: 'anna', iat: now, exp: now + 600, ...claims })}`;
    return { authorization: `Bearer ${signed}.${sign('sha256', Buffer.from(signed), this.keys.privateKey).toString('base64url')}` };
  }
}
