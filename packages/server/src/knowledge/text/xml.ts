// XML as a stream of elements, by local name. Entities of a document's own are never expanded.
import { Parser } from "htmlparser2";

export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

export function readXml(xml: string, handler: XmlHandler): void {
  const parser = new Parser(
    {
      onopentag: (name, attributes) => handler.open?.(localName(name), attributes),
      ontext: (text) => handler.text?.(text),
      onclosetag: (name) => handler.close?.(localName(name)),
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
}

/** Producers choose their prefixes; what an element is stands behind the colon. */
function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** An attribute by its local name, whatever its prefix. */
export function attributeOf(
  attributes: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  return Object.entries(attributes).find(([key]) => localName(key) === name)?.[1];
}

/** Relations of an office part: id -> target, relative to the folder of the part. */
export function relationsOf(xml: string | undefined): Map<string, string> {
  const found = new Map<string, string>();
  if (xml === undefined) return found;
  readXml(xml, {
    open: (name, { Id, Target, TargetMode }) => {
      if (name === "Relationship" && Id && Target && TargetMode !== "External")
        found.set(Id, Target);
    },
  });
  return found;
}

/** `../notes/a.xml` seen from `ppt/slides` is `ppt/notes/a.xml`. */
export function resolved(folder: string, target: string): string {
  if (target.startsWith("/")) return target.slice(1);
  const parts = folder.split("/");
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
