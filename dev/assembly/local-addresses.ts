/** Where the local server's parts listen. Origins, without a slash at the end. */
export interface LocalAddresses {
  /** Takes REST requests, such as http://localhost:8202. */
  rest: string;
  /** Takes WebSocket handshakes, such as ws://localhost:8202. */
  live: string;
  /** Takes the functions' @connections calls. */
  callback: string;
  sqs: string;
  s3: string;
}

/** Which of the hosts in a deployed stack's addresses belong to what. */
export interface HostOwners {
  restApiIds: readonly string[];
  webSocketApiIds: readonly string[];
}

const apiHost = /(https|wss):\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g;
const queueHost = /https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com/g;
/** A bucket's own host becomes a path, so that no name under localhost has to resolve. */
const bucketHost = /https:\/\/([a-z0-9-]+)\.s3\.(?:[a-z0-9-]+\.)?amazonaws\.com/g;

/** `text` with the addresses that a deployed stack would have replaced by local ones. */
export function localAddress(text: string, owners: HostOwners, addresses: LocalAddresses): string {
  if (!text.includes('amazonaws.com')) return text;
  return text
    .replace(apiHost, (whole, scheme: string, id: string) => {
      if (owners.restApiIds.includes(id)) return addresses.rest;
      if (owners.webSocketApiIds.includes(id)) return scheme === 'wss' ? addresses.live : addresses.callback;
      return whole;
    })
    .replace(queueHost, addresses.sqs)
    .replace(bucketHost, (_, bucket: string) => `${addresses.s3}/${bucket}`);
}
