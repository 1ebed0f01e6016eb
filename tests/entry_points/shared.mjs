// What the programs beside it share, in Node and in a page: bytes to text and back.

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** @param chunks bytes as they come */
export async function base64Of(chunks) {
  let text = "";
  for await (const chunk of chunks) for (const byte of chunk) text += String.fromCharCode(byte);
  return btoa(text);
}
