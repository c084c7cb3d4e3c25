// The npm libraries that find personal data in text, over the development data of detection: each text
// once, then scored like our own.
import nlp from "compromise";
import { findPhoneNumbersInText } from "libphonenumber-js";
import { OpenRedaction } from "openredaction";
import { Redactor } from "@redactpii/node";
import {
  hasData,
  readCases,
  readSentences,
} from "../../../packages/server/src/egress/detect/score.fixture.ts";
import { quality } from "../../../packages/server/src/egress/detect/detect.bench.ts";

const open = new OpenRedaction();
const redactor = new Redactor();

const phones = (text) =>
  findPhoneNumbersInText(text, "US").map(({ startsAt, endsAt }) => ({
    from: startsAt,
    to: endsAt,
  }));

function names(text) {
  const doc = nlp(text);
  return [doc.people(), doc.places(), doc.organizations()]
    .flatMap((found) => found.json({ offset: true }))
    .map(({ offset }) => ({ from: offset.start, to: offset.start + offset.length }));
}

async function openredaction(text) {
  const { detections } = await open.detect(text);
  return detections.map(({ position: [from, to] }) => ({ from, to }));
}

/** It tells only the text that is left: what of it is gone stands between what is the same. */
function redacted(text) {
  const left = redactor.redact(text);
  const spans = [];
  let at = 0;
  for (const part of left.split(/(?:\[?[A-Z]+_?[A-Z]*(?: REDACTED)?\]|[A-Z_]{4,})/)) {
    const next = part === "" ? at : text.indexOf(part, at);
    if (next < 0) break;
    if (next > at) spans.push({ from: at, to: next });
    at = next + part.length;
  }
  if (left !== text && at < text.length) spans.push({ from: at, to: text.length });
  return left === text ? [] : spans;
}

const PEERS = {
  openredaction,
  compromise: names,
  "libphonenumber-js": phones,
  "@redactpii/node": redacted,
  union: async (text) => [...(await openredaction(text)), ...names(text), ...phones(text)],
};

async function measured(name, find) {
  const texts = [
    ...readSentences().map((one) => one.full_text),
    ...readCases().map((one) => one.text),
  ];
  const known = new Map();
  const before = process.cpuUsage();
  for (const text of texts) known.set(text, await find(text));
  const { user, system } = process.cpuUsage(before);
  const chars = texts.reduce((sum, text) => sum + text.length, 0);
  const speed = { name: `detect.${name}.speed`, value: chars / (user + system), unit: "MB/s" };
  return [speed, ...quality(name, (text) => known.get(text) ?? [])];
}

const figures = [];
if (hasData)
  for (const [name, find] of Object.entries(PEERS)) figures.push(...(await measured(name, find)));
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
