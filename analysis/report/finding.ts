import type { Position } from '../syntax/parse.ts';

export type Severity = 'low' | 'medium' | 'high' | 'critical';
export type Confidence = 'low' | 'medium' | 'high';

export const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

export interface Location {
  /** Absolute path, with `/`. */
  path: string;
  start: Position;
  end: Position;
  /** UTF-16 offsets of the same range. */
  from: number;
  to: number;
}

/** One station of a value on its way from source to sink. */
export interface PathStep extends Location {
  note: string;
}

export interface TextEdit {
  path: string;
  /** UTF-16 offsets. */
  from: number;
  to: number;
  text: string;
}

/** A change that removes the fault. */
export interface Fix {
  title: string;
  edits: TextEdit[];
}

export interface Finding extends Location {
  rule: string;
  message: string;
  severity: Severity;
  confidence: Confidence;
  /** From the source to the sink; empty when the place alone is the fault. */
  steps: PathStep[];
  fixes: Fix[];
  /** The source is a parameter of an exported function. */
  library: boolean;
}
