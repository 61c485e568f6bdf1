import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ApexError } from '../protocol/errors.ts';
import { type Policy, policySchema } from '../protocol/policy.ts';
import { readProjectFile } from './projectFile.ts';

/** One file of a policy. */
export interface PolicyFile {
  path: string;
  policy: Policy;
}

/** More than anybody writes; a project may be hostile, and a few files that extend each other make a million ways. */
const MOST_FILES = 100;

/**
 * A policy and everything it extends, bases first, the file itself last; each file once.
 * @throws ApexError `policy-not-found`, `policy-invalid`, `policy-cycle`; each names the file and the place in it
 */
export function readPolicyFiles(file: string): PolicyFile[] {
  const found = new Map<string, PolicyFile>();
  collect(file, [], found);
  return [...found.values()];
}

function collect(file: string, trail: readonly string[], found: Map<string, PolicyFile>): void {
  const path = realPath(file, trail.at(-1));
  if (trail.includes(path)) {
    throw new ApexError(
      'policy-cycle',
      `Policies extend each other: ${[...trail, path].join(' → ')}.`,
      'Break the circle.',
    );
  }
  if (found.has(path)) return;
  if (found.size + trail.length >= MOST_FILES) {
    throw new ApexError('policy-invalid', `${path}: a policy has at most ${MOST_FILES} files.`, 'Join some of them.');
  }
  const policy = parsePolicy(path);
  for (const base of policy.extends ?? []) collect(resolve(dirname(path), base), [...trail, path], found);
  found.set(path, { path, policy });
}

function realPath(file: string, extendedBy: string | undefined): string {
  try {
    return realpathSync(file);
  } catch {
    const where = extendedBy ? ` (extended by ${extendedBy})` : '';
    throw new ApexError('policy-not-found', `There is no policy ${file}${where}.`, 'Check the path.');
  }
}

function parsePolicy(path: string): Policy {
  const text = readProjectFile(path);
  if (text === undefined)
    throw new ApexError('policy-invalid', `${path} cannot be read as a file of text.`, 'Check what it is.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ApexError('policy-invalid', `${path} is not JSON: ${message}.`, 'Correct the file.');
  }
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.length ? issue.path.join('.') : 'the policy';
  throw new ApexError(
    'policy-invalid',
    `${path}: ${place}: ${issue?.message ?? 'wrong'}.`,
    'docs/policy.md describes the format.',
  );
}
