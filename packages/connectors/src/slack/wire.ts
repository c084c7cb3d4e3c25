// What Slack answers, checked on its way in: only the fields that are used.
import { z } from "zod";

const more = z.object({ next_cursor: z.string().optional() }).optional();

export const channelSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  is_private: z.boolean().optional(),
  is_im: z.boolean().optional(),
  is_mpim: z.boolean().optional(),
  is_member: z.boolean().optional(),
  is_archived: z.boolean().optional(),
  context_team_id: z.string().optional(),
  shared_team_ids: z.array(z.string()).optional(),
  internal_team_ids: z.array(z.string()).optional(),
  updated: z.number().optional(),
});
export type Channel = z.output<typeof channelSchema>;
export const channelsSchema = z.object({
  channels: z.array(channelSchema),
  response_metadata: more,
});
export const channelInfoSchema = z.object({ channel: channelSchema });
export const membersSchema = z.object({ members: z.array(z.string()), response_metadata: more });

export const userSchema = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  name: z.string().optional(),
  deleted: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  is_email_confirmed: z.boolean().optional(),
  real_name: z.string().optional(),
  profile: z.object({ email: z.string().optional() }).optional(),
  enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
});
export type User = z.output<typeof userSchema>;
export const userInfoSchema = z.object({ user: userSchema });
export const usersSchema = z.object({ members: z.array(userSchema), response_metadata: more });

const teamSchema = z.object({ id: z.string(), name: z.string() });
export const teamsSchema = z.object({ teams: z.array(teamSchema), response_metadata: more });
export const testSchema = z.object({
  team: z.string(),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
});

export const messageSchema = z.object({
  ts: z.string(),
  user: z.string().optional(),
  username: z.string().optional(),
  text: z.string().default(""),
  thread_ts: z.string().optional(),
  reply_count: z.number().optional(),
  edited: z.object({ ts: z.string().optional() }).optional(),
});
export type Message = z.output<typeof messageSchema>;
export const messagesSchema = z.object({
  messages: z.array(messageSchema),
  has_more: z.boolean().optional(),
  response_metadata: more,
});

const sharesSchema = z.record(z.string(), z.unknown()).optional();
export const fileSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  mimetype: z.string().optional(),
  size: z.number().optional(),
  user: z.string().optional(),
  created: z.number(),
  timestamp: z.number().optional(),
  updated: z.number().optional(),
  mode: z.string().optional(),
  permalink: z.string().optional(),
  url_private_download: z.string().optional(),
  public_url_shared: z.boolean().optional(),
  channels: z.array(z.string()).optional(),
  groups: z.array(z.string()).optional(),
  ims: z.array(z.string()).optional(),
  shares: z.object({ public: sharesSchema, private: sharesSchema }).optional(),
});
export type SharedFile = z.output<typeof fileSchema>;
export const filesSchema = z.object({
  files: z.array(fileSchema),
  paging: z.object({ page: z.number().optional(), pages: z.number().optional() }).optional(),
});
export const fileInfoSchema = z.object({ file: fileSchema });
