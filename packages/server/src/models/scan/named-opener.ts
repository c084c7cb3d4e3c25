// The opener of a tool's own tag: <get_weather>.
import { parseNamedTag } from "./named-tag.ts";
import { syntax, type Opener } from "./opener.ts";
import { isNameCode, type Tools } from "./types.ts";

/** Whether a tool's name can be a tag. */
export function isTagName(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (!isNameCode(name.charCodeAt(i))) return false;
  return name !== "";
}

// <name> opens a body; "<name />" is an empty call; "<name" and a body that ends in "/>" happens too.
export function namedTag(name: string, end: string, known: Tools): Opener {
  const close = `</${name}>`;
  // The tags of the tool's own arguments protect what is in them, even a closing tag of the call.
  const declared = Object.keys(known.schema(name)?.properties ?? {});
  const values = declared.filter((key) => !key.startsWith("/"));
  const isOpen = end === ">";
  return {
    opens: "section",
    format: "named-tag",
    syntax: {
      ...syntax({ close: [close], values }),
      ...(isOpen ? {} : { root: `<${name}${end}` }),
    },
    parse: ({ body, closed, raw, tools }) => {
      if (isOpen) return closed ? parseNamedTag(name, body, tools) : [];
      const open = raw.slice(name.length + 1);
      const gt = open.indexOf(">");
      const inner = open.slice(0, gt).trim();
      if (inner === "/") return [{ name, args: {} }];
      if (raw.trimEnd().endsWith("/>"))
        return parseNamedTag(name, open.trimEnd().slice(0, -2), tools);
      return closed ? parseNamedTag(name, open.slice(gt + 1), tools) : [];
    },
  };
}
