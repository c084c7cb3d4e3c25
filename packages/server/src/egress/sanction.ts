// Marks the moment in which this folder opens a socket or asks a name server; the tripwire looks.
// Node starts a connection in the very call that asks for it, so a counter is enough.

let depth = 0;

/** Runs `open`; what it opens before it returns is known to egress. */
export function sanctioned<T>(open: () => T): T {
  depth++;
  try {
    return open();
  } finally {
    depth--;
  }
}

export function isSanctioned(): boolean {
  return depth > 0;
}
