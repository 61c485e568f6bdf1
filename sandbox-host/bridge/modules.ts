/** How the supervisor answers a request for a module. Names are the guest's (`/app/cart.ts`), never the host's. */
export type LoadedModule =
  /** `map` is the text of the source map that lies beside the file. */
  | { kind: 'esm' | 'cjs' | 'json'; url: string; source: string; typescript: boolean; map?: string }
  /** Part of the guest's standard library. */
  | { kind: 'builtin'; url: string }
  | { kind: 'refused'; code: 'module-refused' | 'module-not-found'; message: string };
