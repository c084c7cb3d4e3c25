// Text out of files, in threads that are ended when a file takes too long or too much memory: whatever a
// file does, it is an error of that file alone.
import { Worker } from "node:worker_threads";
import { Slots } from "../../lib/bounded.ts";
import { fail, type Result } from "../../lib/result.ts";
import { kindOf } from "./kind.ts";
import type { ExtractedText, TextInput } from "./text.ts";

export interface ExtractLimits {
  readonly threads: number;
  readonly queueMax: number;
  readonly bytesMax: number;
  readonly timeoutMs: number;
  readonly heapMb: number;
  /** The heap and what lies outside of it, such as unpacked bytes. */
  readonly memoryMb: number;
}

export const EXTRACT_LIMITS: ExtractLimits = {
  threads: 2,
  queueMax: 1_000,
  bytesMax: 64 * 1024 * 1024,
  timeoutMs: 30_000,
  heapMb: 512,
  memoryMb: 768,
};

const MEMORY_LOOK_MS = 100;
const MB = 1024 * 1024;

export class TextExtractor {
  readonly #limits: ExtractLimits;
  readonly #slots: Slots;
  readonly #idle: Worker[] = [];

  constructor(limits: ExtractLimits = EXTRACT_LIMITS) {
    this.#limits = limits;
    this.#slots = new Slots(limits.threads, limits.queueMax);
  }

  async extract(file: TextInput): Promise<Result<ExtractedText>> {
    const { bytesMax } = this.#limits;
    if (file.bytes.byteLength > bytesMax)
      return fail("document.too_large", `The file has more than ${Math.floor(bytesMax / MB)} MB.`);
    if (!kindOf(file))
      return fail("document.unsupported", "No text can be read from a file of this kind.");
    const release = await this.#slots.acquire();
    if (!release) return fail("request.rate_limited", "Too many files wait to be read.");
    try {
      return await this.#readIn(this.#idle.pop() ?? this.#newWorker(), file);
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  #newWorker(): Worker {
    const worker = new Worker(new URL("read-worker.ts", import.meta.url), {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heapMb },
      stdout: true,
      stderr: true,
    });
    // A thread may still fail once nobody waits for it.
    worker.on("error", () => undefined);
    worker.on("exit", () => {
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.unref();
    return worker;
  }

  #readIn(worker: Worker, file: TextInput): Promise<Result<ExtractedText>> {
    return new Promise((resolve) => {
      let isSettled = false;
      const settle = (result: Result<ExtractedText>, isWell: boolean): void => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(late);
        clearInterval(look);
        worker.off("message", onMessage).off("error", onEnd).off("exit", onEnd);
        worker.unref();
        if (isWell) this.#idle.push(worker);
        else void worker.terminate();
        resolve(result);
      };
      const late = setTimeout(
        () => settle(fail("document.timeout", "Reading the file took too long."), false),
        this.#limits.timeoutMs,
      );
      const look = setInterval(() => {
        void memoryOf(worker).then((bytes) => {
          if (bytes > this.#limits.memoryMb * MB) settle(TOO_MUCH_MEMORY, false);
          return undefined;
        });
      }, MEMORY_LOOK_MS);
      const onMessage = (result: Result<ExtractedText>): void => settle(result, true);
      const onEnd = (): void => settle(TOO_MUCH_MEMORY, false);
      worker.on("message", onMessage).on("error", onEnd).on("exit", onEnd);
      worker.ref();
      // A copy, so that the caller keeps theirs, which is then moved and not copied again.
      const bytes = Uint8Array.from(file.bytes);
      worker.postMessage({ ...file, bytes }, [bytes.buffer]);
    });
  }
}

const TOO_MUCH_MEMORY = fail("document.too_large", "Reading the file took too much memory.");

/** Of a thread that has ended, nothing. */
async function memoryOf(worker: Worker): Promise<number> {
  try {
    const { used_heap_size: heap, external_memory: outside } = await worker.getHeapStatistics();
    return heap + outside;
  } catch {
    return 0;
  }
}
