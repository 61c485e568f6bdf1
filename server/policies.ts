import { noPolicy, type ProjectPolicy, projectPolicy } from '../analysis/policy/analysisPolicy.ts';
import { ApexError } from '../protocol/errors.ts';

/** A folder's own policy, or one that it may extend. */
export function isPolicyFile(path: string): boolean {
  return path.endsWith('.policy.json');
}

/** The policies of the open folders. One that is wrong changes nothing: what held before goes on, and it is told. */
export class FolderPolicies {
  private readonly known = new Map<string, ProjectPolicy>();
  /** Hears why a policy cannot be used. */
  onProblem: (message: string) => void = () => undefined;

  of(folder: string): ProjectPolicy {
    return this.known.get(folder) ?? noPolicy;
  }

  /** Reads the policies of these folders from disk. */
  reload(folders: readonly string[]): void {
    for (const folder of this.known.keys()) if (!folders.includes(folder)) this.known.delete(folder);
    for (const folder of folders) {
      try {
        this.known.set(folder, projectPolicy(folder));
      } catch (error) {
        if (!(error instanceof ApexError)) throw error;
        this.onProblem([error.message, error.advice ?? ''].join(' ').trim());
      }
    }
  }
}
