type Settings = Record<string, unknown>;

const settings: Settings = { currency: 'EUR', theme: { color: 'green', dark: false } };

/** Lays the keys of `changes` over the shop's settings, nested objects key by key. */
export function updateSettings(changes: Settings): Settings {
  return merge(settings, changes);
}

function merge(target: Settings, source: Settings): Settings {
  for (const key in source) {
    const value = source[key];
    if (typeof value === 'object' && value !== null) {
      target[key] = merge((target[key] ?? {}) as Settings, value as Settings);
    } else {
      target[key] = value;
    }
  }
  return target;
}
