/** Text of a program as the label of a list: in labels VS Code makes an icon of `$(name)`, unless it is escaped. */
export function plainLabel(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
