/**
 * JSON with a checksum of itself: `{"checksum": N, ...}`. The checksum is the CRC-32 of the other fields' compact JSON in
 * UTF-8, so that a changed byte is told from a value. Used by the recorder inside the program, which brings its own CRC.
 */
export function sealJson(value: object, crc32: (text: string) => number, indent?: number): string {
  return JSON.stringify({ checksum: crc32(JSON.stringify(value)), ...value }, undefined, indent);
}

/** The value without its checksum; undefined when the text is no JSON or the checksum is missing or wrong. */
export function unsealJson(text: string, crc32: (text: string) => number): Record<string, unknown> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const { checksum, ...value } = parsed as Record<string, unknown>;
  return checksum === crc32(JSON.stringify(value)) ? value : undefined;
}
