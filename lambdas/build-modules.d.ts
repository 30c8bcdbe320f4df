// What lib/bundle.ts makes at synth and bundles into the functions that import it.

/** The job types: names, limits and JSON Schemas. */
declare module 'jobwire:manifest' {
  const manifest: import('../protocol/types.ts').Manifest;
  export default manifest;
}

/** One compiled check per job type for its input (JSON Schema, draft 2020-12); lib/validators.ts says which faults it lists. */
declare module 'jobwire:validators' {
  export const validators: Record<string, import('ajv').ValidateFunction>;
}

/** The OpenAPI 3.1 document; `{restUrl}` and `{liveUrl}` stand where the addresses go at run time. */
declare module 'jobwire:openapi' {
  const document: Record<string, import('../protocol/types.ts').Json>;
  export default document;
}

/** The AsyncAPI 3.0 document, likewise. */
declare module 'jobwire:asyncapi' {
  const document: Record<string, import('../protocol/types.ts').Json>;
  export default document;
}
