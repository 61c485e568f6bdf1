/** How the client counts: the protocol's default is from 1. */
export interface LineBase {
  linesStartAt1: boolean;
  columnsStartAt1: boolean;
}

const LINES = new Set(['line', 'endLine']);
const COLUMNS = new Set(['column', 'endColumn']);

/** Arguments as the adapter counts, from 1. */
export const fromClient = (value: unknown, base: LineBase): unknown => shifted(value, base, 1);

/** A body as the client counts. */
export const toClient = (value: unknown, base: LineBase): unknown => shifted(value, base, -1);

function shifted(value: unknown, base: LineBase, by: 1 | -1): unknown {
  if (base.linesStartAt1 && base.columnsStartAt1) return value;
  if (Array.isArray(value)) return value.map((one) => shifted(one, base, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      // Where a completion goes is a column too; elsewhere `start` means other things.
      const isColumn = COLUMNS.has(key) || (key === 'start' && 'label' in value);
      const moves = (LINES.has(key) && !base.linesStartAt1) || (isColumn && !base.columnsStartAt1);
      return [key, typeof inner === 'number' && moves ? inner + by : shifted(inner, base, by)];
    }),
  );
}
