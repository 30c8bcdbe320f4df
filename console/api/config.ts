/** What the host of the console tells it, in `/config.json`: written at deploy, or by the local server. */
export interface ConsoleConfig {
  /** The REST address of the service. */
  rest: string;
  /** True: this is the local server, whose terminal shows a key. */
  local?: boolean;
  /** Other pages of the same host. */
  pages?: { href: string; title: string }[];
}

/** Reads the configuration of this host. */
export async function loadConfig(): Promise<ConsoleConfig> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`Cannot read /config.json: the answer is ${response.status}, it must be 200`);
  return response.json();
}
