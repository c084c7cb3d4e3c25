// What a person is shown of a report, drawn from the report itself and from nothing else.
import type { NonEgressReply, NonEgressReport } from "@stead/protocol";
import type { Assessment } from "./assess.ts";

const ROWS_MAX = 100;

export function replyOf(
  report: NonEgressReport,
  { sends, open }: Assessment,
  file: string,
): NonEgressReply {
  const { id, madeAt, question, answer, doubts, detectors, findings, coverage } = report;
  const { witnessed } = coverage.checkpoints;
  const rows = sends.flatMap(({ place, at, url, by, outcome }) =>
    by === null ? [] : [{ ...place, at: new Date(at).toISOString(), url, by, outcome }],
  );
  return {
    id,
    madeAt,
    question,
    answer,
    doubts,
    detectors,
    findings,
    sends: {
      all: sends.length,
      carried: rows.length,
      replaced: sends.filter(({ replaced }) => replaced).length,
      uncovered: sends.filter(({ leaf }) => leaf === null).length,
      unwitnessed: sends.filter(({ leaf }) => leaf === null || leaf >= witnessed).length,
      unread: sends.filter(({ unread }) => unread).length,
    },
    rows: rows.slice(0, ROWS_MAX),
    ungated: open.map(({ path, why, sinceMs }) => ({
      path,
      why,
      since: new Date(sinceMs).toISOString(),
    })),
    file,
  };
}
