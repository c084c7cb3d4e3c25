// Records that somebody tried to get in and could not. The edge bounds how often that can be.
import { record, type IdentityCtx } from "./context.ts";

export async function recordRefusal(
  ctx: IdentityCtx,
  attempt: { method: "invitation" | "login-link" | "setup-link" | "key"; address: string },
): Promise<void> {
  await record(ctx, { type: "sign-in.refused", data: { ...attempt } });
}
