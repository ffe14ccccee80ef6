import { Token, tokens } from './cel-tokens';
import { show } from './check';

/*
 * The syntax of the Common Expression Language, as Istio's own parser has it with its standard macros. It says what Istio
 * refuses when it reads a manifest, not what an expression means: names and types are Envoy's matter.
 */

const MAX_DEPTH = 20;
const RESERVED = ['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while', '__result__'];
/** The macros with a variable, and how many arguments make a call one. */
const MACROS: Record<string, number[]> = { all: [2], exists: [2], exists_one: [2], existsOne: [2], map: [2, 3], filter: [2] };
const RELATIONS = ['<', '<=', '>=', '>', '==', '!=', 'in', '*', '/', '%', '+', '-'];

/**
 * Refuses what is no expression.
 *
 * @throws with the place where it ceases to be one
 */
export function celExpression(where: string, value: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new Error(`${where} is ${show(value)}, expected a CEL expression; write one such as "response.code >= 400"`);
  }
  try {
    new Parser(tokens(value)).whole();
  } catch (error) {
    throw new Error(`${where} is ${show(value)}, expected a CEL expression; mend it ${(error as Error).message}`);
  }
  return value;
}

/** What an expression is, where a macro asks for it. */
type Form = 'name' | 'field' | 'other';

class Parser {
  private next = 0;
  private depth = 0;

  public constructor(private readonly all: Token[]) {}

  public whole(): void {
    this.expression();
    this.expect('end');
  }

  private expression(): Form {
    if (++this.depth > MAX_DEPTH) {
      this.fail(`by dividing it: it is nested more than ${MAX_DEPTH} deep`);
    }
    let form = this.chain(['||', '&&', ...RELATIONS]);
    if (this.accept('?')) {
      this.chain(['||', '&&', ...RELATIONS]);
      this.expect(':');
      this.expression();
      form = 'other';
    }
    this.depth--;
    return form;
  }

  /** Which operator binds closer makes no difference to what is well-formed. */
  private chain(operators: string[]): Form {
    let form = this.unary();
    while (operators.some((operator) => this.accept(operator))) {
      this.unary();
      form = 'other';
    }
    return form;
  }

  private unary(): Form {
    const sign = ['!', '-'].find((text) => this.peek(text));
    if (sign === undefined) {
      return this.member();
    }
    while (this.accept(sign)) { /* the same sign may be repeated */ }
    if (sign === '!' && this.peek('-') && ['int', 'float'].includes(this.all[this.next + 1].kind)) {
      this.next++; // a negative number
    }
    this.member();
    return 'other';
  }

  private member(): Form {
    let form = this.primary();
    for (;;) {
      if (this.accept('.')) {
        const quoted = this.quoted();
        const name = quoted || this.name();
        form = !quoted && this.peek('(') ? this.call(name, MACROS) : 'field';
      } else if (this.accept('[')) {
        this.expression();
        this.expect(']');
        form = 'other';
      } else {
        return form;
      }
    }
  }

  private primary(): Form {
    const { kind, text } = this.all[this.next];
    if (['float', 'uint', 'int', 'text'].includes(kind) || ['true', 'false', 'null'].includes(text)) {
      this.next++;
      return 'other';
    }
    if (this.accept('(')) {
      const form = this.expression();
      this.expect(')');
      return form;
    }
    if (this.accept('[')) {
      this.list(']', () => this.expression());
      return 'other';
    }
    if (this.accept('{')) {
      this.list('}', () => this.entry(() => this.expression()));
      return 'other';
    }
    return this.nameOrCall();
  }

  private nameOrCall(): Form {
    const fromRoot = this.accept('.');
    const name = this.name();
    if (RESERVED.includes(name)) {
      this.fail(`at the reserved word ${show(name)}`);
    }
    if (this.peek('(')) {
      return this.call(name, { has: [1] });
    }
    const start = this.next;
    while (this.peek('.') && this.all[this.next + 1].kind === 'name') {
      this.next += 2;
    }
    if (this.accept('{')) {
      this.list('}', () => this.entry(() => this.quoted() || this.name()));
      return 'other';
    }
    this.next = start;
    return fromRoot ? 'other' : 'name';
  }

  private call(name: string, macros: Record<string, number[]>): Form {
    const { at } = this.all[this.next];
    this.expect('(');
    const forms: Form[] = [];
    this.list(')', () => forms.push(this.expression()), false);
    const wanted: Form = name === 'has' ? 'field' : 'name';
    if (Object.hasOwn(macros, name) && macros[name].includes(forms.length) && forms[0] !== wanted) {
      this.fail(`after character ${at + 1}: ${name}() takes a ${wanted} first`);
    }
    return 'other';
  }

  private list(close: string, part: () => unknown, mayEndInComma = true): void {
    if (this.accept(close)) {
      return;
    }
    do {
      part();
    } while (this.accept(',') && !(mayEndInComma && this.peek(close)));
    this.expect(close);
  }

  private entry(key: () => unknown): void {
    key();
    this.expect(':');
    this.expression();
  }

  /** A field in backquotes, if there is one. */
  private quoted(): string {
    const { kind, text } = this.all[this.next];
    this.next += Number(kind === 'quoted');
    return kind === 'quoted' ? text : '';
  }

  private name(): string {
    const { kind, text } = this.all[this.next];
    if (kind !== 'name') {
      this.fail();
    }
    this.next++;
    return text;
  }

  private peek(text: string): boolean {
    const token = this.all[this.next];
    return token.kind === 'sign' && token.text === text;
  }

  private accept(text: string): boolean {
    const found = this.peek(text);
    this.next += Number(found);
    return found;
  }

  private expect(text: string): void {
    const isEnd = text === 'end' && this.all[this.next].kind === 'end' && this.all[this.next].text === '';
    if (!isEnd && !this.accept(text)) {
      this.fail();
    }
  }

  private fail(how?: string): never {
    const { text, at } = this.all[this.next];
    throw new Error(how ?? (text === '' ? 'at its end: there is something missing' : `at character ${at + 1}, ${show(text)}`));
  }
}
