// GitHub's own server. Whether a repository is public is not told with a call, so what is written is
// taken to be read by anybody; and anybody may have written what is read.
import type { Contract } from "@stead/protocol";
import type { KnownServer, KnownTool } from "../known.ts";

const REPO = "owner repo";
const PAGE = "page perPage after fields sort order direction";
const PLACE = { kind: "id", trust: "record" } as const;
const FACT = { trust: "record" as const, classes: [] };
/** What GitHub itself says; titles, bodies, names of branches and of files are people's. */
const FACTS: NonNullable<Contract["fields"]> = {
  id: FACT,
  number: FACT,
  login: FACT,
  full_name: FACT,
  created_at: FACT,
  updated_at: FACT,
};

function reads(names: string, fields: Contract["fields"] = FACTS): KnownTool {
  return { arguments: `${names} ${PAGE}`, contract: { effect: "read", keyed: true, fields } };
}

/** A file's content may be written to look like anything. */
const readsContent = (names: string): KnownTool => reads(names, undefined);

interface Written {
  readonly effect?: Contract["effect"];
  readonly sinks?: Contract["sinks"];
  readonly undo?: string;
}

function writes(names: string, written: Written = {}): KnownTool {
  const { effect = "outward", sinks = {}, undo } = written;
  return {
    arguments: `${REPO} ${names}`,
    contract: {
      effect,
      sinks: { owner: PLACE, repo: PLACE, ...sinks },
      readers: { kind: "outside" },
      ...(undo === undefined ? {} : { undo }),
    },
  };
}

const PATH = { kind: "path", trust: "person" } as const;
const NUMBER = { issue_number: PLACE };
const PULL = { pullNumber: PLACE };

export const GITHUB: KnownServer = {
  name: "GitHub’s server",
  tools: {
    get_me: reads("reason"),
    get_teams: reads("user"),
    get_team_members: reads("org team_slug"),
    get_file_contents: readsContent(`${REPO} path ref sha branch`),
    get_commit: readsContent(`${REPO} sha include_diff detail`),
    get_job_logs: readsContent(`${REPO} job_id run_id failed_only return_content tail_lines`),
    list_branches: reads(REPO),
    list_commits: reads(`${REPO} sha author path since until`),
    list_issues: reads(`${REPO} state labels since orderBy field_filters`),
    list_pull_requests: reads(`${REPO} state head base`),
    list_releases: reads(REPO),
    list_tags: reads(REPO),
    issue_read: reads(`${REPO} method issue_number`),
    get_issue: reads(`${REPO} issue_number`),
    get_issue_comments: reads(`${REPO} issue_number`),
    pull_request_read: readsContent(`${REPO} method pullNumber`),
    get_pull_request: reads(`${REPO} pullNumber pull_number`),
    search_code: readsContent("query q"),
    search_issues: reads(`query q ${REPO}`),
    search_pull_requests: reads(`query q ${REPO}`),
    search_repositories: reads("query minimal_output"),
    search_users: reads("query q"),
    create_issue: writes("title body labels assignees milestone", {
      undo: "Close the issue.",
    }),
    add_issue_comment: writes("issue_number body", { sinks: NUMBER, undo: "Delete the comment." }),
    create_branch: writes("branch from_branch", {
      effect: "write-shared",
      undo: "Delete the branch.",
    }),
    create_or_update_file: writes("path content message branch sha", {
      sinks: { path: PATH, branch: PLACE },
      undo: "Revert the commit.",
    }),
    push_files: writes("branch files.* message", {
      sinks: { branch: PLACE, "files.path": PATH },
      undo: "Revert the commit.",
    }),
    delete_file: writes("path message branch", {
      effect: "irreversible",
      sinks: { path: PATH, branch: PLACE },
    }),
    create_pull_request: writes("title body head base draft maintainer_can_modify reviewers", {
      sinks: { head: PLACE, base: PLACE },
      undo: "Close the pull request.",
    }),
    merge_pull_request: writes("pullNumber pull_number commit_title commit_message merge_method", {
      effect: "irreversible",
      sinks: PULL,
    }),
    fork_repository: writes("organization", { effect: "write-shared", undo: "Delete the fork." }),
  },
};
