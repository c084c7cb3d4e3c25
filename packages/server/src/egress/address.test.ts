// Which addresses are the public internet, tried in every writing that leads elsewhere.
import { describe, expect, test } from "vitest";
import { AddressRule, isPublic } from "./address.ts";
import { targetOf } from "./request.ts";
import { checkedLookup } from "./resolve.ts";

const NONE = new AddressRule([]);

test.each([
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "::127.0.0.1",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::1",
  "2002:a9fe:a9fe::1",
  "2002:7f00:1::",
  "2001:0:4136:e378::1",
  "fe80::1%eth0",
  "2606:4700::1111%1",
  "fd20:ce::254",
  "fec0::1",
  "ff02::1",
  "100.64.1.1",
  "192.0.0.192",
  "198.19.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "0.1.2.3",
  "not-an-address",
  "",
])("%s is not public", (address) => {
  expect(isPublic(address)).toBe(false);
});

test.each(["93.184.216.34", "2606:4700:4700::1111", "172.15.255.255", "172.32.0.1"])(
  "%s is public",
  (address) => {
    expect(isPublic(address)).toBe(true);
  },
);

describe("an address in a URL", () => {
  test.each([
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://127。0。0。1/",
    "https://①②⑦.0.0.1/",
    "https://[::]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fe80::1]/",
    "https://user@127.0.0.1/",
    "https://example.org@169.254.169.254/",
    "https://0/",
  ])("%s is refused", (url) => {
    expect(targetOf(url, NONE)).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
  });

  test.each(["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://x/"])(
    "%s is refused",
    (url) => {
      expect(targetOf(url, NONE).ok).toBe(false);
    },
  );
});

describe("a name that was allowed by an administrator", () => {
  const rule = new AddressRule(["ehr.internal:8443"]);
  const asked = (address: string, host = "ehr.internal"): Promise<string> =>
    new Promise((resolve) => {
      const family = address.includes(":") ? 6 : 4;
      const lookup = checkedLookup({ host, port: 8443 }, rule, (_host, done) =>
        done([{ address, family }]),
      );
      lookup(host, { all: false }, (error, found) =>
        resolve(error ? (error.code ?? "") : typeof found === "string" ? found : ""),
      );
    });

  test("leads to its private address, and never to where a machine's credentials are", async () => {
    expect(await asked("10.0.0.7")).toBe("10.0.0.7");
    for (const address of [
      "169.254.169.254",
      "::ffff:169.254.169.254",
      "64:ff9b::a9fe:a9fe",
      "2002:a9fe:a9fe::",
      "fd00:ec2::254",
      "fd20:ce::254",
      "192.0.0.192",
      "fe80::1%eth0",
    ])
      expect(await asked(address), address).toBe("EGRESS_BLOCKED");
  });

  test("is no other name, and no other port", async () => {
    expect(await asked("10.0.0.7", "ehr.internal.attack.example")).toBe("EGRESS_BLOCKED");
    expect(targetOf("http://ehr.internal:8444/", rule).ok).toBe(false);
    expect(targetOf("http://EHR.internal.:8443/", rule).ok).toBe(true);
  });
});
