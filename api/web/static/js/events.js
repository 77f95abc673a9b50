// The envelope of a learner's event: an id made here, this device's clock and zone, and its own running number.
import { read, write } from "./storage.js";

/** A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then random bits. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let k = 0; k < 6; k += 1) bytes[k] = Math.floor(now / 2 ** (8 * (5 - k))) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function deviceId() {
  const known = read("device");
  if (known) return known;
  const fresh = uuid7();
  write("device", fresh);
  return fresh;
}

/** A new event with these fields of its own. To send it again, send the same object again. */
export function newEvent(fields = {}) {
  const sequence = read("sequence", 0) + 1;
  write("sequence", sequence);
  return {
    eventId: uuid7(),
    clientTime: new Date().toISOString(),
    zone: zone(),
    deviceId: deviceId(),
    sequence,
    ...fields,
  };
}

/** The event as it goes out now: with the time this device's clock shows, from which the server measures its skew. */
export function stamped(event) {
  return { ...event, sentAt: new Date().toISOString() };
}
