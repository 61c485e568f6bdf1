import type { Finding } from './finding.ts';

const testPlace =
  /(^|\/)(tests?|__tests__|__mocks__|spec|fixtures?|e2e|benchmarks?)\/|[._-](test|spec)\.[cm]?[jt]sx?$/i;

/**
 * Code that only tests run is attacked by nobody: its findings stay, with the least severity.
 * @param relative path below the scanned folder, so that a folder above it does not count
 */
export function lowerInTests(finding: Finding, relative: string): Finding {
  return testPlace.test(relative) && finding.severity !== 'low' ? { ...finding, severity: 'low' } : finding;
}
