/** A key that a case made for itself. */
export interface MadeKey {
  id: string;
  key: string;
}

/** What to make a key of. */
export interface KeyRequest {
  tenant: string;
  scopes?: string[];
  jobsPerWindow?: number;
}

/** The service under test. */
export interface Target {
  /** The REST address, such as https://api.example.com/v1, without a slash at its end. */
  url: string;
  /** A key with the scope `admin`. */
  key: string;
  /** A key of another tenant, with the scope `admin`. */
  otherKey?: string | undefined;
  /** False where the server names no subprotocol at the WebSocket handshake, so that none is asked for. @default true */
  namesSubprotocol?: boolean | undefined;
  /** Only where the operator's commands reach the service. */
  keys?: { make: (request: KeyRequest) => Promise<MadeKey>; revoke: (id: string) => Promise<void> } | undefined;
}
