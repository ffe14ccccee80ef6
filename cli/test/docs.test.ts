import { join } from 'node:path';
import ts from 'typescript';

const CLI = join(__dirname, '..');
const INDEX = join(CLI, 'src', 'index.ts');

const config = ts.readConfigFile(join(CLI, 'tsconfig.json'), ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, CLI);
const program = ts.createProgram([INDEX], {
  ...options, noEmit: true, rootDir: undefined, types: ['node'], skipLibCheck: true, paths: { 'cdk8s-istio': [join(CLI, '..', 'src', 'index.ts')] },
});
const checker = program.getTypeChecker();

interface Documented {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

const isOurs = (declaration: ts.Declaration) => declaration.getSourceFile().fileName.startsWith(join(CLI, 'src'));
const has = (flags: number, flag: number) => (flags & flag) !== 0; // eslint-disable-line no-bitwise
const isPrivate = (declaration: ts.Declaration) => has(ts.getCombinedModifierFlags(declaration), ts.ModifierFlags.Private);

const exported: Documented[] = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(INDEX)!)!)
  .map((symbol) => ({ name: symbol.name, symbol: has(symbol.flags, ts.SymbolFlags.Alias) ? checker.getAliasedSymbol(symbol) : symbol }));

/** The properties and methods that a type declares here, those of types inside of it too. */
function members({ name, symbol }: Documented): Documented[] {
  const found: Documented[] = [];
  const visit = (path: string, node: ts.Node) => node.forEachChild((child) => {
    const isMember = ts.isPropertySignature(child) || ts.isPropertyDeclaration(child) || ts.isMethodDeclaration(child) || ts.isMethodSignature(child)
      || ts.isGetAccessor(child) || ts.isParameter(child) && ts.isParameterPropertyDeclaration(child, child.parent);
    const own = isMember && !isPrivate(child) ? checker.getSymbolAtLocation(child.name) : undefined;
    if (own) {
      found.push({ name: `${path}.${own.name}`, symbol: own });
    }
    if (!ts.isBlock(child) && !(isMember && isPrivate(child))) {
      visit(own ? `${path}.${own.name}` : path, child);
    }
  });
  const isType = (one: ts.Declaration) => ts.isInterfaceDeclaration(one) || ts.isClassDeclaration(one) || ts.isTypeAliasDeclaration(one);
  symbol.declarations!.filter(isOurs).filter(isType)
    .forEach((declaration) => visit(name, declaration));
  return found;
}

const comment = (symbol: ts.Symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
const all = exported.flatMap((one) => [one, ...members(one)]);

describe('the public API', () => {
  test('is there, and compiles', () => {
    expect(exported.map(({ name }) => name)).toEqual(expect.arrayContaining(['Cluster', 'ClusterError', 'TrafficSplitter', 'findRule', 'RolloutStatus']));
    expect(all.length).toBeGreaterThan(exported.length);
    expect(all.every(({ symbol }) => symbol.declarations!.some(isOurs))).toBe(true);
  });

  test('documents every symbol, property and method', () => {
    const constructors = ['ClusterError.reason', 'ClusterError.status', 'ClusterError.causes']; // what the parameters of its constructor say
    const silent = all.filter(({ name, symbol }) => !constructors.includes(name) && comment(symbol) === '').map(({ name }) => name);
    expect(silent).toEqual([]);
  });

  test('documents every parameter of functions and methods', () => {
    const isFunction = (one: ts.Declaration) => ts.isFunctionDeclaration(one) || ts.isMethodDeclaration(one);
    const silent = all.flatMap(({ name, symbol }) => symbol.declarations!.filter(isFunction).flatMap((declaration) => {
      const given = ts.getJSDocTags(declaration).filter(ts.isJSDocParameterTag).map((tag) => tag.name.getText());
      return declaration.parameters.length > given.length ? [`${name}: ${declaration.parameters.length} parameters, ${given.length} documented`] : [];
    }));
    expect(silent).toEqual([]);
  });

  test('says of every optional property what happens without it', () => {
    const status = /^(RolloutStatus|RolloutPlan|Gate|GateResult|ClusterError)\./; // there to read, not to leave out
    const silent = all.filter(({ name, symbol }) => has(symbol.flags, ts.SymbolFlags.Optional) && !status.test(name)
      && symbol.getJsDocTags(checker).every((tag) => tag.name !== 'default')).map(({ name }) => name);
    expect(silent).toEqual([]);
  });

  test('S000-37: has no any', () => {
    const loose: string[] = [];
    const visit = (name: string, node: ts.Node): void => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) {
        loose.push(name);
      }
      if (!ts.isBlock(node)) {
        node.forEachChild((child) => visit(name, child));
      }
    };
    exported.forEach(({ name, symbol }) => symbol.declarations!.filter(isOurs).forEach((declaration) => visit(name, declaration)));
    const isAny = (symbol: ts.Symbol) => has(checker.getTypeOfSymbol(symbol).flags, ts.TypeFlags.Any);
    const untyped = all.filter(({ symbol }) => isAny(symbol) && !has(symbol.flags, ts.SymbolFlags.Type)).map(({ name }) => name);
    expect([...loose, ...untyped]).toEqual([]);
  });
});
