/** The page of a rule in the documentation. */
export function rulePage(rule: string): string {
  return `https://github.com/apex-platform/apex/blob/main/docs/rules/${rule}.md`;
}
