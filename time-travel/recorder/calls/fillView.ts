/** Bytes that native code writes. */
export interface FillView {
  view: ArrayBufferView;
  /** In bytes, from the start of the view. */
  offset: number;
  length: number;
}

/** Which of a call's arguments native code writes into. */
export type FillRule = (args: readonly unknown[]) => FillView[];
