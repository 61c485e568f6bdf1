import module from 'node:module';

/** As Node runs a file: TypeScript with blanks in place of types. What it cannot read stays as it is. */
export function stripTypes(path: string, text: string): string {
  if (!/\.[cm]?ts$/.test(path)) return text;
  // Node 20, on which the command line runs too, has none.
  const { stripTypeScriptTypes } = module as { stripTypeScriptTypes?: (text: string) => string };
  if (!stripTypeScriptTypes) return text;
  const { emitWarning } = process;
  // Node says once that this is experimental, into the terminal of whoever asked a question.
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } catch {
    return text;
  } finally {
    process.emitWarning = emitWarning;
  }
}
