// How many streams a person holds open at once.
export interface Streams {
  /** A release function, or undefined when the person holds too many. */
  open(personId: string): (() => void) | undefined;
}

export function createStreams(perPersonMax: number): Streams {
  const held = new Map<string, number>();
  return {
    open(personId) {
      const count = held.get(personId) ?? 0;
      if (count >= perPersonMax) return undefined;
      held.set(personId, count + 1);
      let released = false;
      return () => {
        if (released) return;
        released = true;
        const left = (held.get(personId) ?? 1) - 1;
        if (left > 0) held.set(personId, left);
        else held.delete(personId);
      };
    },
  };
}
