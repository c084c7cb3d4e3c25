// Whether the long forms of tests are asked for: `npm run test:deep`.
export const deep = process.env["STEAD_TEST_DEEP"] === "1";

/** In the long forms, how far a test has come, now and then. */
export function progress(done: number, of: number): void {
  const step = Math.max(1, Math.floor(of / 20));
  if (deep && done % step === 0) process.stderr.write(`${done} of ${of}\n`);
}
