// Text in XML: its five entities and character references, decoded once, and what is left without tags.

const ENTITIES = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
  ["&quot;", '"'],
  ["&apos;", "'"],
]);

export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});/g, (entity) => {
    const named = ENTITIES.get(entity);
    if (named !== undefined) return named;
    const isHex = entity[2] === "x";
    const code = Number.parseInt(entity.slice(isHex ? 3 : 2, -1), isHex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

const MARKUP = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[^>]*\?>|<\/?[A-Za-z_][^<>]{0,256}>/g;

/** What one would read: without tags, comments and instructions; CDATA as it is. */
export function plainText(body: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const match of body.matchAll(MARKUP)) {
    parts.push(decodeEntities(body.slice(from, match.index)), match[1] ?? "");
    from = match.index + match[0].length;
  }
  parts.push(decodeEntities(body.slice(from)));
  return parts.join("").trim();
}
