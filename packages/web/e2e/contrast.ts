// The contrast of the console's colours, as the browser paints them.
import type { Page } from "playwright-core";

const GROUNDS = ["paper", "surface", "sunken"];
const TEXTS = ["ink", "quiet", "link", "permit", "ask", "deny", "live"];
const TEXT_MIN = 4.5;
const SHAPE_MIN = 3;

interface Pair {
  pair: string;
  ratio: number;
  needed: number;
}

/** Text on every ground it stands on, marks on their wash, and the edges of controls. */
export async function contrasts(page: Page): Promise<Pair[]> {
  const pairs: [front: string, back: string, needed: number][] = [
    ...TEXTS.flatMap((text) =>
      GROUNDS.map((ground): [string, string, number] => [text, ground, TEXT_MIN]),
    ),
    ...["permit", "ask", "deny", "live"].map((mark): [string, string, number] => [
      mark,
      `${mark}-wash`,
      TEXT_MIN,
    ]),
    ["quiet", "ask-wash", TEXT_MIN],
    ["surface", "permit", TEXT_MIN],
    ["paper", "ink", TEXT_MIN],
    ["line-strong", "surface", SHAPE_MIN],
    ["line-strong", "paper", SHAPE_MIN],
    ["focus", "paper", SHAPE_MIN],
    ["focus", "surface", SHAPE_MIN],
  ];
  const names = [...new Set(pairs.flatMap(([front, back]) => [front, back]))];
  const light = new Map(await page.evaluate(luminances, names));
  return pairs.map(([front, back, needed]) => {
    const [a, b] = [light.get(front) ?? 0, light.get(back) ?? 0];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return { pair: `${front} on ${back}`, ratio, needed };
  });
}

/** Runs in the page: paints each colour on a canvas and reads the pixel back. */
function luminances(names: string[]): [string, number][] {
  const probe = document.body.appendChild(document.createElement("i"));
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no canvas");
  // It travels to the page as text, so it brings all it needs.
  // oxlint-disable-next-line unicorn/consistent-function-scoping
  const linear = (byte: number): number => {
    const value = byte / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return names.map((name) => {
    probe.style.color = `var(--${name})`;
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return [name, 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)];
  });
}
