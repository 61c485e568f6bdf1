/**
 * The one door to the parser. `typescript` 6 is the last release with the JavaScript compiler API; nothing else in the
 * engine imports it, so that another parser with the same tree could take its place here.
 */
import ts from 'typescript';

export { ts };
