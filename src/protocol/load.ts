/** Bytes of requests under way, of all connections together: what is beyond them is refused instead of kept. */
export interface Load {
  /** @returns what gives them back, at most once; null where there is no room */
  take(bytes: number): (() => void) | null;
}

/** A single request always has room, however small the machine is. */
export function createLoad(mostBytes: number): Load {
  let held = 0;
  return {
    take(bytes) {
      if (held > 0 && held + bytes > mostBytes) return null;
      held += bytes;
      let isHeld = true;
      return () => {
        if (isHeld) held -= bytes;
        isHeld = false;
      };
    },
  };
}
