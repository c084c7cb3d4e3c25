// Who is to look when a person cancels: runs that this process drives, by id.

export class Interrupts {
  readonly #wakes = new Map<string, () => void>();

  /** Called by the driver of a run; the function it gives ends it. */
  on(runId: string, wake: () => void): () => void {
    this.#wakes.set(runId, wake);
    return () => {
      if (this.#wakes.get(runId) === wake) this.#wakes.delete(runId);
    };
  }

  /** Without an id: some word may have been missed, so each looks. */
  fire(runId?: string): void {
    if (runId !== undefined) this.#wakes.get(runId)?.();
    else for (const wake of this.#wakes.values()) wake();
  }
}
