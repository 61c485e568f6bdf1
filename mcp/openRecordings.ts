import { findPinnedNode } from '../runtime/findNode.ts';
import { recordingsFolder } from '../runtime/recordingsFolder.ts';
import { findRecording } from '../time-travel/recording/placeOnShelf.ts';
import { recordingLauncher } from '../time-travel/replay/engine/launch.ts';
import { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';

const KEPT = 2;

/** Recordings that are being asked: opening one replays it whole, so the last few stay open between questions. */
export class OpenRecordings {
  #open: { folder: string; session: Promise<ReplaySession> }[] = [];

  /** @throws ApexError when it cannot be opened */
  session(recording: string): Promise<ReplaySession> {
    const folder = findRecording(recordingsFolder(), recording);
    const known = this.#open.find((one) => one.folder === folder);
    if (known) return known.session;
    // Opened within the promise, so that what is wrong with the recording is an answer to this question only.
    const opening = (async () => {
      const launcher = recordingLauncher(folder, [process.execPath, findPinnedNode().path]);
      return ReplaySession.open(launcher);
    })();
    const entry = { folder, session: opening };
    this.#open.push(entry);
    opening.catch(() => this.#forget(entry));
    while (this.#open.length > KEPT) this.#close(this.#open[0]!);
    return opening;
  }

  close(): void {
    for (const entry of [...this.#open]) this.#close(entry);
  }

  #close(entry: { session: Promise<ReplaySession> }): void {
    this.#forget(entry);
    entry.session.then((session) => session.close()).catch(() => {});
  }

  #forget(entry: object): void {
    this.#open = this.#open.filter((one) => one !== entry);
  }
}
