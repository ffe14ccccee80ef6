/** Reads JSON, with the answer in the error where it is none. */
export async function fetchJson(url: string): Promise<any> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`GET ${url}: ${response.status} ${text.slice(0, 500)}`);
  }
  return text && JSON.parse(text);
}
