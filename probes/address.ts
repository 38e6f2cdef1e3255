/** Whether a text is an address, and of which family, by the URL standard's own reading. The same on every platform. */

/** 4 or 6 for an address without brackets, 0 for a name. */
export function addressVersion(text: string): 0 | 4 | 6 {
  if (text.includes(":")) {
    return URL.canParse(`http://[${text}]/`) ? 6 : 0;
  }
  return /^(\d{1,3})(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255)
    ? 4
    : 0;
}
