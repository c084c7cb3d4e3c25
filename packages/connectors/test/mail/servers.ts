// Real peers for mail: a Dovecot with a folder and certificate of its own, and an SMTP server.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";

const UID = 65_534;

export const hasDovecot =
  process.getuid?.() === 0 &&
  ["dovecot", "openssl"].every((tool) => spawnSync(tool, ["--version"]).error === undefined);

export interface Sent {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

export interface MailServers {
  readonly imapPort: number;
  readonly smtpPort: number;
  readonly starttlsPort: number;
  readonly certificate: string;
  readonly sent: Sent[];
  close(): Promise<void>;
}

export const PASSWORDS: Readonly<Record<string, string>> = {
  "ada@a.test": "ada-p4ss",
  "bob@a.test": "bob-p4ss",
};

export async function startServers(): Promise<MailServers> {
  const folder = mkdtempSync(join(tmpdir(), "stead-mail-"));
  chmodSync(folder, 0o755);
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = [
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
  ];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  execFileSync(
    "openssl",
    [...made, "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject],
    { stdio: "ignore" },
  );
  const imapPort = await freePort();
  const stopDovecot = await startDovecot({ folder, key, cert, port: imapPort });
  const sent: Sent[] = [];
  const options = { key: readFileSync(key), cert: readFileSync(cert), sent };
  const tls = await startSmtp({ ...options, secure: true });
  const starttls = await startSmtp({ ...options, secure: false });
  return {
    imapPort,
    smtpPort: tls.port,
    starttlsPort: starttls.port,
    certificate: readFileSync(cert, "utf8"),
    sent,
    async close() {
      await Promise.all([tls.close(), starttls.close(), stopDovecot()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface DovecotOptions {
  readonly folder: string;
  readonly key: string;
  readonly cert: string;
  readonly port: number;
}

async function startDovecot({ folder, key, cert, port }: DovecotOptions) {
  const mail = join(folder, "mail");
  mkdirSync(mail);
  chownSync(mail, UID, UID);
  const users = Object.entries(PASSWORDS).map(
    ([user, password]) => `${user}:{PLAIN}${password}::::::`,
  );
  writeFileSync(join(folder, "users"), `${users.join("\n")}\n`, { mode: 0o644 });
  const conf = `
base_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${cert}
ssl_key = <${key}
mail_location = maildir:${mail}/%u
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=${UID} gid=${UID} home=${mail}/%u
}
namespace inbox {
  inbox = yes
  mailbox Drafts {
    special_use = \\Drafts
    auto = create
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
service anvil {
  chroot =
}
`;
  writeFileSync(join(folder, "dovecot.conf"), conf);
  const child = spawn("dovecot", ["-F", "-c", join(folder, "dovecot.conf")], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 200) throw new Error(readFileSync(join(folder, "log"), "utf8"));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return async () => {
    child.kill();
    await ended;
  };
}

interface SmtpOptions {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly secure: boolean;
  readonly sent: Sent[];
}

async function startSmtp({ key, cert, secure, sent }: SmtpOptions) {
  const server = new SMTPServer({
    key,
    cert,
    secure,
    onAuth: ({ username, password }, _session, done) =>
      PASSWORDS[username ?? ""] === password
        ? done(null, { user: username })
        : done(new Error("no")),
    onRcptTo: ({ address }, _session, done) =>
      done(address.endsWith("@refused.test") ? new Error("no such user") : undefined),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        sent.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString("utf8"),
        });
        done();
      });
    },
  });
  server.on("error", () => undefined);
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  return { port, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
