/** A statement of the policy that an authorizer answered, after parsing. */
export interface Statement {
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
}

const invokeAction = 'execute-api:Invoke';

/**
 * The statements of a policy document; `undefined` where it is none that API Gateway takes. Statements with conditions
 * or with NotAction or NotResource are refused: nothing here evaluates them.
 */
export function parsePolicy(document: unknown): Statement[] | undefined {
  const found = typeof document === 'object' && document !== null && 'Statement' in document ? document.Statement : [];
  const statements = (Array.isArray(found) ? found : [found]).map(parseStatement);
  const valid = statements.filter((statement) => statement !== undefined);
  return valid.length > 0 && valid.length === statements.length ? valid : undefined;
}

function parseStatement(value: unknown): Statement | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Effect, Action, Resource, ...others } = value as Record<string, unknown>;
  const actions = texts(Action);
  const resources = texts(Resource);
  const unknown = Object.keys(others).filter((key) => key !== 'Sid');
  if ((Effect !== 'Allow' && Effect !== 'Deny') || unknown.length > 0) return undefined;
  return actions === undefined || resources === undefined ? undefined : { effect: Effect, actions, resources };
}

function texts(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string') ? list : undefined;
}

/** Whether `statements` let the caller invoke `methodArn`. A deny beats every allow; nothing said is a deny, too. */
export function evaluatePolicy(statements: Statement[], methodArn: string): 'allow' | 'deny' | 'explicit-deny' {
  const effects = statements
    .filter(({ actions }) => actions.some((action) => matches(action.toLowerCase(), invokeAction.toLowerCase())))
    .filter(({ resources }) => resources.some((resource) => matches(resource, methodArn)))
    .map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'explicit-deny';
  return effects.includes('Allow') ? 'allow' : 'deny';
}

/** Matches `*` (any text) and `?` (one character) in linear time, for the text comes from the network. */
function matches(pattern: string, text: string): boolean {
  let at = 0;
  let patternAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (at < text.length) {
    if (pattern[patternAt] === '*') {
      starAt = patternAt++;
      resumeAt = at;
    } else if (patternAt < pattern.length && (pattern[patternAt] === '?' || pattern[patternAt] === text[at])) {
      patternAt++;
      at++;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === '*') patternAt++;
  return patternAt === pattern.length;
}
