// What a child process was given in confidence, so that it stands in no log and no answer of the child.
const NAME = /key|secret|token|pass|credential|database|dsn/i;
const CHARS_MIN = 8;

/** Going by the names of its variables; of an address with a password, also the password alone. */
export function secretsOf(environment: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(environment)
    .filter(([name]) => NAME.test(name))
    .flatMap(([, value]) => [value, passwordIn(value)]);
  return values.filter((value) => value.length >= CHARS_MIN);
}

function passwordIn(value: string): string {
  return /:\/\/[^:@/]*:([^@/]+)@/.exec(value)?.[1] ?? "";
}
