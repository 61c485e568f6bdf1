/** What the language server and its clients say to each other beyond LSP. Version 1. */

/** Settings below `apex.analysis`, as `workspace/configuration` gives them. */
export interface AnalysisSettings {
  enabled: boolean;
  /** The least severity shown. */
  severity: 'low' | 'medium' | 'high' | 'critical';
  /** Rule ids set to `off` or to another severity. */
  rules: Record<string, 'off' | 'low' | 'medium' | 'high' | 'critical'>;
  /** `auto` asks each package's manifest. */
  library: 'auto' | 'on' | 'off';
  /** Globs of what is scanned, below each folder; none: everything. */
  include: string[];
  exclude: string[];
}

export const defaultSettings: AnalysisSettings = {
  enabled: true,
  severity: 'low',
  rules: {},
  library: 'auto',
  include: [],
  exclude: [],
};

/** Carried in `Diagnostic.data`, so that a client can show the path and ask for fixes. */
export interface DiagnosticData {
  rule: string;
  steps: PathStepData[];
}

export interface PathStepData {
  uri: string;
  line: number;
  column: number;
  note: string;
}

/** Request `apex/scanWorkspace`: analyses every file of the open folders. */
export const scanWorkspaceMethod = 'apex/scanWorkspace';
export interface ScanWorkspaceResult {
  files: number;
  findings: number;
  score: number;
  cancelled: boolean;
}
