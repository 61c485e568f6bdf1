/** The debug type of `launch.json`. */
export const DEBUG_TYPE = 'apex-time-travel';

/** Requests that Apex adds to the Debug Adapter Protocol; `docs/protocol-extensions.md` describes them. */
export const timeRequests = {
  reverseStepOver: 'apex/reverseStepOver',
  reverseStepInto: 'apex/reverseStepInto',
  reverseStepOut: 'apex/reverseStepOut',
  goToPoint: 'apex/goToPoint',
  lastWrite: 'apex/lastWrite',
  nextWrite: 'apex/nextWrite',
  history: 'apex/history',
  registration: 'apex/registration',
  visits: 'apex/visits',
  output: 'apex/output',
  whatIf: 'apex/whatIf',
  whatIfSource: 'apex/whatIfSource',
  recordedSource: 'apex/recordedSource',
  branches: 'apex/branches',
  enterBranch: 'apex/enterBranch',
  renameBranch: 'apex/renameBranch',
  closeBranch: 'apex/closeBranch',
  timeline: 'apex/timeline',
  focus: 'apex/focus',
  profile: 'apex/profile',
  callTree: 'apex/callTree',
  play: 'apex/play',
} as const;

/** Event of the adapter: time moves by itself, with `direction`, `speed` and `unit`; without them it stands again. */
export const PLAYING = 'apex/playing';

/** Event of the adapter: values that a request `apex/history` has found so far, with its `stream` and `writes`. */
export const HISTORY_PART = 'apex/historyPart';

/** Event of the adapter: the recorded program has ended, with `exitCode` unless a signal ended it. The session goes on. */
export const PROGRAM_ENDED = 'apex/programEnded';
