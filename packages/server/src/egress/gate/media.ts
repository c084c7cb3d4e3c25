// Pictures, sound and files in which no text can be found: what they show nobody here can tell, so they go
// only where everything may go.
const DATA_URL = /data:(?!text\/|application\/(?:json|xml)\b)[a-z]+\/[a-z0-9.+-]+[;,]/i;
/** How files of these kinds begin, in base64: PNG, JPEG, GIF, WebP/WAV/AVI, PDF, Ogg, MP3, MP4, TIFF, BMP. */
const HEADS =
  /^(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|JVBERi0|T2dnUw|SUQz|\/\/[uvs][A-Za-z0-9+/]|AAAA[A-Za-z0-9+/]{2}Z0eX|SUkqA|TU0AK|Qk[0-9])/;
const BASE64_MIN = 64;
const BASE64 = /^[A-Za-z0-9+/=\r\n_-]+$/;

/** True when a text within a request is such a file, written in base64. */
export function isMedia(text: string): boolean {
  if (text.length < BASE64_MIN) return false;
  if (text.startsWith("data:") || text.includes("data:")) if (DATA_URL.test(text)) return true;
  return HEADS.test(text) && BASE64.test(text.slice(0, 256));
}
