// Mail domains that a source may vouch for: never one where anybody can have an address, for a stranger could
// then have a colleague's.

/** Under any ending, for they have one for each country. */
const MANY = new Set(
  (
    "aol bk fastmail free freenet gmail gmx googlemail hotmail hushmail icloud inbox laposte libero" +
    " live mail mailinator naver orange outlook pm posteo proton protonmail qq rediffmail rocketmail" +
    " seznam sfr t-online tuta tutanota virgilio wanadoo wp yahoo yandex ymail zoho"
  ).split(" "),
);
const ONE = new Set(
  "126.com 163.com comcast.net mac.com mail.ru me.com msn.com onet.pl web.de yeah.net".split(" "),
);
/** `yahoo.co.uk` and `gmx.net`, but not `mail.example.com` or `orange.example`. */
const ENDING = /^(?:(?:com?|net|org)\.)?(?:[a-z]{2}|com|net|org|email|info)$/;

export function isPublicMail(domain: string): boolean {
  const plain = domain.toLowerCase().replace(/\.+$/, "");
  const dot = plain.indexOf(".");
  const [name, ending] = [plain.slice(0, dot), plain.slice(dot + 1)];
  return ONE.has(plain) || (dot > 0 && MANY.has(name) && ENDING.test(ending));
}
