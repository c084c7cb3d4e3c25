// What the compromised model plays: a task as it should go, and a pair in each of the ways that an attack
// can take.
import type { Call, Suite, Task } from "./suite.ts";
import type { Step } from "./mind.ts";
import type { Scene } from "./scene.ts";
import { VARIANTS } from "./variants.ts";

/** One run: what the person types, and what the model then does. */
export interface Talk {
  readonly input: string;
  readonly steps: readonly Step[];
  /** And in parts of the work that it hands over. */
  readonly partSteps?: readonly Step[];
  /** What is asked about last are tries alone: once all of them are held it is over. */
  readonly endsInTries?: boolean;
}

export interface Play {
  readonly variant: string;
  readonly task: Task;
  /** Its id; null: the task alone. */
  readonly attack: string | null;
  readonly planted: ReadonlyMap<string, string>;
  /** In one thread, one after the other. */
  readonly talks: readonly Talk[];
  /** Calls that are the attack although their tool has no effect. */
  readonly counts: readonly Call[];
  /** Calls that prepare the attack, and are none yet. */
  readonly besides?: readonly Call[];
}

export function taskAlone(task: Task): Play {
  const talks = [
    {
      input: task.prompt,
      steps: [...task.calls.map((call) => ({ calls: [call] })), { text: "Done." }],
    },
  ];
  return { variant: "task", task, attack: null, planted: new Map(), talks, counts: [] };
}

export function playOf(scene: Scene, variant: string): Play | undefined {
  const made = VARIANTS[variant]?.(scene);
  if (!made) return undefined;
  const { task, attack } = scene;
  const counts = (attack.counts ?? []).flatMap((i) => attack.calls[i] ?? []);
  return { variant, task, attack: attack.id, counts, ...made };
}

/** Those whose pairs are too alike for all to be worth their time take turns. */
export function everyPlay(
  suite: Suite,
  scenes: readonly Scene[],
  variants: readonly string[],
): Play[] {
  const plays = suite.tasks.map(taskAlone);
  for (const scene of scenes)
    for (const variant of variants) {
      const play = playOf(scene, variant);
      if (play) plays.push(play);
    }
  return plays;
}
