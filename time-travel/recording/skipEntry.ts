import { type Decoder, MalformedLog } from './decoder.ts';
import { Entry, EventKind, Flag, KIND_MASK } from './entryKinds.ts';

export type EntryName = 'return' | 'throw' | 'event' | 'clock' | 'end' | 'fact';

/** Passes over an entry whose first byte was consumed, without a program to give it to. */
export function skipEntry(decoder: Decoder, kindAndFlags: number): EntryName {
  switch (kindAndFlags & KIND_MASK) {
    case Entry.return:
    case Entry.throw: {
      decoder.name();
      if (kindAndFlags & Flag.asyncIds) decoder.varint();
      decoder.value();
      skipParts(decoder, kindAndFlags);
      return (kindAndFlags & KIND_MASK) === Entry.return ? 'return' : 'throw';
    }
    case Entry.event:
      skipEvent(decoder);
      skipParts(decoder, kindAndFlags);
      return 'event';
    case Entry.clock:
      decoder.double();
      return 'clock';
    case Entry.end:
      decoder.varint();
      return 'end';
    case Entry.fact:
      decoder.value();
      return 'fact';
  }
  throw new MalformedLog('unknown entry');
}

function skipEvent(decoder: Decoder): void {
  const kind = decoder.byte();
  decoder.varint();
  switch (kind) {
    case EventKind.property:
      decoder.byte();
      decoder.varint();
      return skipValues(decoder);
    case EventKind.callback:
      decoder.varint();
      decoder.value();
      return skipValues(decoder);
    case EventKind.promise:
      decoder.varint();
      decoder.byte();
      decoder.value();
      return;
    case EventKind.timers:
      decoder.double();
      return;
    case EventKind.immediates:
      return;
    case EventKind.foreign:
      decoder.value();
      return;
    case EventKind.emit:
      decoder.value();
      decoder.value();
      return;
  }
  throw new MalformedLog('unknown event');
}

function skipValues(decoder: Decoder): void {
  for (let left = decoder.varint(); left > 0; left--) decoder.value();
}

function skipParts(decoder: Decoder, flags: number): void {
  if (flags & Flag.outs) {
    while (decoder.byte() > 0) decoder.value();
  }
  if (flags & Flag.fill) {
    for (let left = decoder.varint(); left > 0; left--) decoder.raw();
  }
  if (flags & Flag.shared) decoder.raw();
  if (flags & Flag.extra) decoder.value();
}
