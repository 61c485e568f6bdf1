// What the runtime of a guest says is what the guest wants: whoever changes `JSON.stringify` or `toJSON` decides it. What is
// not of these kinds would be a broken protocol to the supervisor, and end every sandbox of the worker.

export function isMessage(message: unknown[]): message is [channel: string, text: string, number: number] {
  return message.map((part) => typeof part).join() === 'string,string,number';
}

/** Two names as a list in JSON: undefined when it is something else. */
export function parseNames(text: string): [specifier: string, referrer: string] | undefined {
  try {
    const names = JSON.parse(text) as unknown;
    const areTwo = Array.isArray(names) && names.length === 2 && names.every((name) => typeof name === 'string');
    return areTwo ? (names as [string, string]) : undefined;
  } catch {
    return undefined;
  }
}
