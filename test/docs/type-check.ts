import { dirname, join } from 'node:path';
import {
  CompilerOptions, createCompilerHost, createProgram, createSourceFile, flattenDiagnosticMessageText, parseJsonConfigFileContent, readConfigFile,
  resolveModuleName, sys,
} from 'typescript';

const root = join(__dirname, '..', '..');
const library = join(root, 'src', 'index.ts');

/** The compiler's errors in programs that users could write, by the programs' names. */
export function typeErrors(programs: Map<string, string>): Map<string, string[]> {
  const config = parseJsonConfigFileContent(readConfigFile(join(root, 'tsconfig.json'), sys.readFile).config, sys, root);
  const options: CompilerOptions = { ...config.options, noEmit: true, types: [] };
  const files = new Map([...programs].map(([name, text]) => [join(root, `${name}.ts`), text]));
  const host = createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, languageVersion, ...rest) =>
    files.has(file) ? createSourceFile(file, files.get(file)!, languageVersion) : getSourceFile(file, languageVersion, ...rest);
  host.resolveModuleNameLiterals = (literals, containing, _, current) => literals.map(({ text }) =>
    text === 'cdk8s-istio' && files.has(containing)
      ? { resolvedModule: { resolvedFileName: library, extension: '.ts' } }
      : resolveModuleName(text, files.has(containing) ? join(dirname(library), 'user.ts') : containing, current, host));
  const program = createProgram([...files.keys()], options, host);
  return new Map([...files.keys()].map((file, index) => {
    const source = program.getSourceFile(file);
    const errors = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return [[...programs.keys()][index], errors.map(({ code, messageText }) => `error TS${code}: ${flattenDiagnosticMessageText(messageText, ' ')}`.replace(/\s+/g, ' '))];
  }));
}
