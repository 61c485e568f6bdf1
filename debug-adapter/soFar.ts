import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlaceRequest, ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import { copyRecordingSoFar } from '../time-travel/replay/engine/snapshot.ts';
import { openRecording } from './recorder.ts';

/** The past of a program that still runs, up to the moment of opening. */
export interface PastSoFar {
  replay: ReplaySession;
  close(): void;
}

/** @throws ApexError when what is recorded cannot be replayed */
export async function openPastSoFar(folder: string, places: PlaceRequest[]): Promise<PastSoFar> {
  const copy = mkdtempSync(join(tmpdir(), 'apex-moment-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  try {
    copyRecordingSoFar(folder, copy);
    const replay = await ReplaySession.open(openRecording(copy), { places });
    return {
      replay,
      close() {
        replay.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
