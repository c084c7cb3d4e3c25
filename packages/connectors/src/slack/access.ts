// Who may read in Slack: who reads the conversation. Each conversation is a group of its own, whose members
// change with joins, guests and conversions, so that nothing that was said in it has to be judged again.
import type { AccessRule } from "@stead/sdk";
import { z } from "zod";
import type { SharedFile } from "./wire.ts";

export const accessSchema = z.strictObject({
  /** The conversations that it was said or shared in. */
  channels: z.array(z.string()),
  /** Who put up the file. */
  owner: z.string().nullable(),
  /** Has a public link, which shows it to whoever has that. */
  link: z.boolean(),
});
export type SlackAccess = z.output<typeof accessSchema>;

export function accessIn(channel: string): SlackAccess {
  return { channels: [channel], owner: null, link: false };
}

/** A file follows its shares, whatever kind of conversation they lie in. */
export function accessOfFile(file: SharedFile): SlackAccess {
  const shares = [
    ...(file.channels ?? []),
    ...(file.groups ?? []),
    ...(file.ims ?? []),
    ...Object.keys(file.shares?.public ?? {}),
    ...Object.keys(file.shares?.private ?? {}),
  ];
  return {
    channels: [...new Set(shares)].toSorted(),
    owner: file.user ?? null,
    link: file.public_url_shared === true,
  };
}

export function readers(own: SlackAccess): AccessRule {
  const rules: AccessRule[] = own.channels.map((channel) => ({ group: channel }));
  if (own.owner !== null) rules.push({ user: own.owner });
  if (own.link) rules.push("link");
  return { any: rules };
}
