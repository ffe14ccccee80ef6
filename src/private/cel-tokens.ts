/** `end` is the end of the text, or where it ceases to be one of words. */
export type Kind = 'blank' | 'float' | 'uint' | 'int' | 'text' | 'name' | 'quoted' | 'sign' | 'end';

/** A word of an expression. */
export interface Token { readonly kind: Kind; readonly text: string; readonly at: number }

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\x60]|[0-3][0-7]{2}|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const TEXT = [
  String.raw`[bB]?[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')`,
  String.raw`[bB]?(?:"""(?:${ESCAPE}|[^\\])*?"""|'''(?:${ESCAPE}|[^\\])*?'''|"(?:${ESCAPE}|[^\\"\n\r])*"|'(?:${ESCAPE}|[^\\'\n\r])*')`,
].join('|');
/** In the order they are tried in: of two that fit, Istio takes the longer. */
const TOKENS: [Kind, RegExp][] = [
  ['blank', /(?:[\t\f\n\r ]|\/\/[^\n]*)+/y],
  ['float', /(?:\d+\.\d+|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?/y],
  ['uint', /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ['int', /0x[0-9a-fA-F]+|\d+/y],
  ['text', new RegExp(TEXT, 'y')],
  ['sign', /(?:in|true|false|null)(?!\w)/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['quoted', /`[A-Za-z0-9_.\-/ ]+`/y],
  ['sign', /==|!=|<=|>=|&&|\|\||[<>[\](){}.,\-!?:+*/%]/y],
];

/** The words of an expression, the last of them an `end`. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < source.length;) {
    const token = tokenAt(source, at);
    at += token.text.length;
    if (token.kind === 'end') {
      return [...found, token];
    }
    if (token.kind !== 'blank') {
      found.push(token);
    }
  }
  return [...found, { kind: 'end', text: '', at: source.length }];
}

function tokenAt(source: string, at: number): Token {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) {
      return { kind: isInRange(kind, text) ? kind : 'end', text, at };
    }
  }
  return { kind: 'end', text: source[at], at };
}

function isInRange(kind: Kind, text: string): boolean {
  switch (kind) {
    case 'int': return BigInt(text) < 2n ** 63n;
    case 'uint': return BigInt(text.slice(0, -1)) < 2n ** 64n;
    case 'float': return Number.isFinite(Number(text));
    case 'text': return hasValidEscapes(text);
    default: return true;
  }
}

function hasValidEscapes(text: string): boolean {
  const [prefix] = /^[bBrR]*/.exec(text)!;
  const codes = /r/i.test(prefix) ? [] : [...text.matchAll(/\\(?:u(.{4})|U(.{8})|[^])/g)].map(([, short, long]) => short ?? long).filter((code) => code !== undefined);
  return codes.every((code) => !/b/i.test(prefix) && isCharacter(parseInt(code, 16)));
}

function isCharacter(code: number): boolean {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}
