// Reads a file that somebody chose, and says where it is not in UTF-8: wrong letters would never be found.
export interface ReadList {
  readonly file: string;
  readonly csv?: string;
  readonly problem: string | null;
}

const BYTES_MAX = 200_000_000;

export async function readList(given: File): Promise<ReadList> {
  const file = given.name;
  if (given.size > BYTES_MAX)
    return { file, problem: "It is larger than 200 MB: import it as several lists." };
  const bytes = await given.arrayBuffer();
  const csv = new TextDecoder().decode(bytes);
  const wrong = csv.indexOf("\uFFFD");
  const line = csv.slice(0, Math.max(wrong, 0)).split("\n").length;
  if (wrong >= 0)
    return { file, problem: `Line ${line} is not in UTF-8. Save it as CSV in UTF-8.` };
  if (csv.trim() === "") return { file, problem: "It is empty." };
  return { file, csv, problem: null };
}
