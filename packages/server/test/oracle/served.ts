// Puts a stateful fake of a vendor on a real port, so that what Stead asks goes all the way that it would go.
import { createServer, type IncomingMessage } from "node:http";
import { SourceError, type Http, type HttpRequest } from "@stead/sdk";

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  /** Where the browser is sent on to. */
  readonly location?: string;
  readonly body: string;
}

export interface FakeSite {
  readonly http: Http;
  /** Where the fake believes to be. */
  readonly origin: string;
  /** Answered in the fake's place, such as tokens and the bytes of files. */
  readonly instead?: (url: URL, body: string, here: string) => Answer | undefined;
  /** What the fake's words become on their way, such as what is written in a page. */
  readonly rewrite?: (text: string, url: URL, here: string) => string;
  /** Whom a credential acts for. */
  readonly asUser?: (authorization: string) => string;
  readonly refusal?: (error: SourceError) => Answer;
}

export interface Served {
  readonly url: string;
  readonly host: string;
  readonly faults: readonly string[];
  close(): Promise<void>;
}

const STATUS: Readonly<Partial<Record<SourceError["code"], number>>> = {
  missing: 404,
  forbidden: 403,
  reconnect: 401,
  malformed: 400,
};

export async function serveFake(site: FakeSite): Promise<Served> {
  const faults: string[] = [];
  let here = "";
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const url = new URL(request.url ?? "/", here);
      const { status, type, location, body } = await answerOf(site, { request, url, here, faults });
      const on = location === undefined ? {} : { location };
      response.writeHead(status ?? 200, { "content-type": type ?? "application/json", ...on });
      response.end(body);
    };
    void answer().catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  here = `http://${host}`;
  return {
    url: here,
    host,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly here: string;
  readonly faults: string[];
}

async function answerOf(site: FakeSite, { request, url, here, faults }: Asked): Promise<Answer> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const instead = site.instead?.(url, text, here);
  if (instead) return instead;
  const { method = "GET", headers } = request;
  const asked: HttpRequest = {
    method: method === "POST" || method === "PATCH" ? method : "GET",
    url: `${site.origin}${url.pathname}`,
    query: Object.fromEntries(url.searchParams),
    ...(site.asUser && { asUser: site.asUser(headers.authorization ?? "") }),
    ...(text.startsWith("{") && { body: JSON.parse(text) as unknown }),
  };
  try {
    const reply = await site.http(asked);
    const body = JSON.stringify(await reply.json());
    return { body: site.rewrite?.(body, url, here) ?? body };
  } catch (error) {
    if (error instanceof SourceError && site.refusal) return site.refusal(error);
    const status = error instanceof SourceError ? (STATUS[error.code] ?? 500) : 500;
    if (status === 500) faults.push(`${url.pathname}: ${String(error)}`);
    return { status, body: JSON.stringify({ error: String(error) }) };
  }
}
