// Domains where anybody has an address prove of nobody who they are.
import { expect, test } from "vitest";
import { isPublicMail } from "./domains.ts";

test.each([
  "gmail.com",
  "GMail.com.",
  "yahoo.co.uk",
  "gmx.net",
  "web.de",
  "outlook.com",
  "hotmail.fr",
])("%s is anybody's", (domain) => expect(isPublicMail(domain)).toBe(true));

test.each([
  "example.com",
  "mail.example.com",
  "live.example.com",
  "mygmail.com",
  "gmail",
  "uni.de",
  "",
])("%s is somebody's own", (domain) => expect(isPublicMail(domain)).toBe(false));
