// What this device remembers. Where the browser keeps nothing (private windows), it is remembered until the page closes.
const PREFIX = "pacer.";
const fallback = new Map();

export function read(name, otherwise = null) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? (fallback.get(name) ?? otherwise) : JSON.parse(text);
  } catch {
    return fallback.get(name) ?? otherwise;
  }
}

export function write(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    fallback.set(name, value);
  }
}

export function forget(name) {
  fallback.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was kept, so nothing needs to go.
  }
}

/** Names that begin with `start`, in order. */
export function names(start) {
  const found = new Set([...fallback.keys()]);
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) found.add(key.slice(PREFIX.length));
    }
  } catch {
    // Only what the page itself remembers.
  }
  return [...found].filter((name) => name.startsWith(start)).sort();
}
