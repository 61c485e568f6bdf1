import type * as z from 'zod';
import type { Operation } from '../../protocol/policy.ts';
import type { GuestFiles } from '../modules/guestFiles.ts';
import type { Channels } from './channels.ts';
import type { KeyValueStore } from './keyValueStore.ts';

/** Whose call it is, and how to ask the policy about it. */
export interface CapabilityContext {
  files: GuestFiles;
  /** The sandbox that asks. */
  id: string;
  store: KeyValueStore;
  channels: Channels;
  /** Programs that the policy names, and where they are. */
  programs(): Record<string, string>;
  /** Resolves when the call may go on. @throws CapabilityError `EACCES` */
  permit(operation: Operation, resource: string): Promise<void>;
  /** Files and folders of this machine that no program changes: the policy that holds it, and what Apex keeps of it. */
  untouchable(): readonly string[];
  /** For another name of what was permitted: it only may not be denied by a rule. @throws CapabilityError `EACCES` */
  refuseDenied(operation: Operation, resource: string): void;
}

/**
 * One thing that a guest can ask of the host. It runs in the supervisor: code that has broken out of its isolate still meets
 * the policy here.
 */
export interface Capability<Args> {
  /** Arguments, as they must be; checked before anything else. */
  args: z.ZodType<Args>;
  perform(args: Args, context: CapabilityContext): Promise<unknown>;
}

export function capability<Args>(args: z.ZodType<Args>, perform: Capability<Args>['perform']): Capability<unknown> {
  return { args, perform: (given, context) => perform(given as Args, context) };
}
