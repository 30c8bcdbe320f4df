const place = 'jobwire.key';

/** The key of this tab's session: it ends with the tab, and other tabs never see it. */
export const keyStore = {
  read: (): string | undefined => sessionStorage.getItem(place) ?? undefined,
  write: (key: string): void => sessionStorage.setItem(place, key),
  clear: (): void => sessionStorage.removeItem(place),
};

/**
 * Takes the key out of a link such as `npm start` prints (`/#key=...`). A fragment never travels to a server, and it is
 * gone from the address before anything else happens.
 */
export function takeKeyFromAddress(): string | undefined {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return key === '' ? undefined : key;
}
