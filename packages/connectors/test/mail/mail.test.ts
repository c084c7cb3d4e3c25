// Mail against a real Dovecot and a real SMTP server, over TLS that is checked.
import { connect } from "node:net";
import { SourceError, type ActingSource } from "@stead/sdk";
import { checkConnector } from "@stead/sdk/conformance";
import { ImapFlow } from "imapflow";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mail } from "../../src/index.ts";
import { hasDovecot, PASSWORDS, startServers, type MailServers } from "./servers.ts";

const MAILS = [
  [
    "From: Cyd <cyd@b.test>",
    "To: ada@a.test",
    "Subject: =?utf-8?q?Caf=C3=A9?= menu",
    "Message-ID: <menu-1@b.test>",
    "Date: Mon, 05 Jan 2026 10:00:00 +0000",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<style>p{}</style><p>Soup on Monday.</p><script>x()</script><p>Stew on Friday.</p>",
  ],
  ["From: Dan <dan@b.test>", "To: ada@a.test", "Subject: Invoice", "", "Nine hundred."],
].map((lines) => lines.join("\r\n"));

async function errorOf(act: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SourceError)) throw new Error(`threw ${String(error)}`);
  return error;
}

describe.skipIf(!hasDovecot)("mail (needs dovecot and openssl, as root)", () => {
  let servers: MailServers;
  beforeAll(async () => {
    servers = await startServers();
    const client = new ImapFlow({
      host: "localhost",
      port: servers.imapPort,
      secure: true,
      auth: { user: "ada@a.test", pass: PASSWORDS["ada@a.test"] ?? "" },
      tls: { ca: servers.certificate },
      logger: false,
    });
    await client.connect();
    for (const one of MAILS) await client.append("INBOX", one);
    await client.logout();
  });
  afterAll(() => servers?.close());
  beforeEach(() => void servers.sent.splice(0));

  function source(user = "ada@a.test", more: Record<string, unknown> = {}): ActingSource<unknown> {
    return {
      id: "src_mail",
      user,
      settings: {
        imapHost: "localhost",
        imapPort: servers.imapPort,
        imapSecurity: "tls",
        smtpHost: "localhost",
        smtpPort: servers.smtpPort,
        smtpSecurity: "tls",
        certificate: servers.certificate,
        ...more,
      },
      secrets: { address: user, user, password: PASSWORDS[user] ?? "" },
      http: () => Promise.reject(new Error("no HTTP")),
      dial: ({ port }) =>
        new Promise((resolve, reject) => {
          const socket = connect(port, "127.0.0.1", () => resolve(socket)).once("error", reject);
        }),
      run: () => Promise.reject(new Error("no program")),
      signal: new AbortController().signal,
      log: () => undefined,
    };
  }

  async function use(name: string, given: unknown, as = source()): Promise<string> {
    const tool = mail.tools?.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no ${name}`);
    return tool.run(as, tool.input.parse(given), "run_1/call_1");
  }

  async function idOf(words: string): Promise<string> {
    return (await use("mail.search", { words })).split("\n")[0] ?? "";
  }

  test("keeps the promises of a connector", async () => {
    const results = await checkConnector({ connector: mail, source: source(), acting: source() });
    expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  });

  test("finds the person's own mails, the newest first, and reads them as text", async () => {
    const all = await use("mail.search", {});
    expect(all.match(/^INBOX\/\d+\/\d+$/gm)?.length).toBe(2);
    expect(all.indexOf("Invoice")).toBeLessThan(all.indexOf("Café menu"));
    const text = await use("mail.read", { id: await idOf("Soup") });
    expect(text).toContain("Subject: Café menu");
    expect(text).toContain("From: Cyd <cyd@b.test>");
    expect(text).toMatch(/Soup on Monday\.\s+Stew on Friday\./);
    expect(text).not.toContain("x()");
    // Reading leaves no trace: it is still unread.
    expect(await use("mail.search", { unread: true, from: "cyd" })).toContain("Café menu");
    expect(await use("mail.search", { words: "Soup" }, source("bob@a.test"))).toBe(
      "No mail was found.",
    );
  });

  test("finds and opens live, and nothing that is not there", async () => {
    const hits = await mail.live?.search(source(), "Nine", 5);
    expect(hits).toMatchObject([{ title: "Invoice", quote: "Nine hundred." }]);
    const opened = await mail.live?.open(source(), hits?.[0]?.id ?? "");
    expect(opened).toMatchObject({ title: "Invoice" });
    const id = hits?.[0]?.id ?? "";
    const odd = [
      id.replace(/\d+$/, "999"),
      id.replace(/\/\d+\//, "/1/"),
      "INBOX",
      "%0d%0aX/1/1",
      "",
    ];
    for (const one of odd) expect(await mail.live?.open(source(), one), one).toBeNull();
  });

  test("a draft is in the drafts, and nothing is sent", async () => {
    const given = { to: ["eve@b.test"], subject: "Plan", text: "As said." };
    expect(await use("mail.draft", given)).toBe("The draft is in Drafts.");
    expect(await use("mail.search", { mailbox: "Drafts" })).toContain("Plan");
    expect(servers.sent).toEqual([]);
  });

  test.for(["tls", "starttls"] as const)("sends over %s, as the person alone", async (security) => {
    const port = security === "tls" ? servers.smtpPort : servers.starttlsPort;
    const as = source("ada@a.test", { smtpPort: port, smtpSecurity: security });
    const answers = await idOf("Soup");
    const text = ".\r\nFrom: boss@a.test\r\n\r\nBcc: all@a.test";
    const given = { to: ["eve@b.test"], bcc: ["dan@b.test"], subject: "Grüße", text, answers };
    expect(await use("mail.send", given, as)).toBe("Sent to eve@b.test, dan@b.test.");
    expect(servers.sent).toMatchObject([{ from: "ada@a.test", to: ["eve@b.test", "dan@b.test"] }]);
    const heads = servers.sent[0]?.raw.split("\r\n\r\n")[0] ?? "";
    expect(heads.match(/^From:/gm)?.length).toBe(1);
    expect(heads).toContain("In-Reply-To: <menu-1@b.test>");
    expect(heads).not.toContain("dan@b.test");
  });

  test("no argument ends a line of the protocol or of a head", () => {
    const good = { to: ["eve@b.test"], subject: "a", text: "a" };
    const bad = [
      { ...good, to: ["eve@b.test\r\nBcc: all@a.test"] },
      { ...good, to: ["eve@b.test>\r\nRCPT TO:<all@a.test"] },
      { ...good, cc: ["Eve <eve@b.test>"] },
      { ...good, subject: "a\r\nBcc: all@a.test" },
      { ...good, subject: "a\nX-Odd: 1" },
      { ...good, subject: "a\u2028b" },
      { ...good, to: [] },
      { ...good, answers: "INBOX/1/1\r\nA1 LOGOUT" },
    ];
    const input = mail.tools?.find((one) => one.name === "mail.send")?.input;
    expect(input?.safeParse(good).success).toBe(true);
    for (const one of bad) expect(input?.safeParse(one).success, JSON.stringify(one)).toBe(false);
    const search = mail.tools?.find((one) => one.name === "mail.search")?.input;
    expect(search?.safeParse({ words: 'a" \r\nA1 DELETE INBOX' }).success).toBe(false);
    expect(search?.safeParse({ mailbox: "INBOX\r\nA1 X" }).success).toBe(false);
  });

  test("wrong passwords, certificates and recipients are said, without secrets", async () => {
    const wrong = {
      ...source(),
      secrets: { address: "ada@a.test", user: "ada@a.test", password: "s3cr3t" },
    };
    const given = { to: ["eve@b.test"], subject: "a", text: "a" };
    for (const name of ["mail.search", "mail.send"]) {
      // oxlint-disable-next-line no-await-in-loop -- each on its own
      const error = await errorOf(use(name, name === "mail.send" ? given : {}, wrong));
      expect(error.code).toBe("reconnect");
      expect(error.message).not.toContain("s3cr3t");
    }
    const foreign = source("ada@a.test", { certificate: undefined });
    expect((await errorOf(use("mail.search", {}, foreign))).code).toBe("settings");
    expect((await errorOf(use("mail.send", given, foreign))).code).toBe("settings");
    const refused = { ...given, to: ["eve@refused.test"] };
    expect((await errorOf(use("mail.send", refused))).code).toBe("forbidden");
    expect(servers.sent).toEqual([]);
  });

  test("what is called off is not sent", async () => {
    const stop = new AbortController();
    stop.abort();
    const off = { ...source(), signal: stop.signal };
    await expect(use("mail.search", {}, off)).rejects.toThrow();
    const given = { to: ["eve@b.test"], subject: "a", text: "a" };
    await expect(use("mail.send", given, off)).rejects.toThrow();
    expect(servers.sent).toEqual([]);
  });
});
