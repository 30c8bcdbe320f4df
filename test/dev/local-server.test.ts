import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startLocalServer } from '../../dev/local-server.ts';
import { quietLog } from './quiet-log.ts';
import { restApiResources } from './rest-api/serve-rest-api.ts';
import { functionResource, writeAssembly } from './sample-assembly.ts';
import { nextMessage, opened, webSocketResources } from './websocket-api/serve-websocket-api.ts';

/** A stack with a REST method and a WebSocket route, of which both answer `word`. */
function stackSaying(word: string): string {
  const { Stage: liveStage, ...live } = webSocketResources({ routes: { $connect: {}, $default: { twoWay: true } } });
  return writeAssembly({
    resources: {
      ...restApiResources({ methods: { 'GET /word': {} } }),
      ...live,
      LiveStage: liveStage as NonNullable<typeof liveStage>,
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        },
      },
      GETword: functionResource(word),
      connect: functionResource(word),
      default: functionResource(word),
    },
    code: {
      [word]: `exports.handler = async (event) => {
        await new Promise((resolve) => setTimeout(resolve, Number(event.queryStringParameters?.ms ?? 0)));
        return { statusCode: 200, body: '"${word}"' };
      };`,
    },
  });
}

async function start() {
  const log = quietLog();
  const server = await startLocalServer({ port: 0, log, onFault: (error) => void log.error('fault', String(error)) });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= server.stop();
    return stopped;
  };
  onTestFinished(stop);
  const word = async (query = '') => (await fetch(`http://localhost:${server.port}/v1/word${query}`)).json();
  return { server, stop, log, word };
}

test('startLocalServer() holds requests back until there is a stack to answer them', async () => {
  const { server, word } = await start();
  const early = word();
  await server.load(stackSaying('one'));
  expect(await early).toBe('one');
});

test('stop() does not wait for a handshake that is held back until there is a stack', async () => {
  const { server, stop } = await start();
  const client = connect(server.port, 'localhost');
  const head = ['GET /live HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'];
  client.write([...head, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${'a'.repeat(22)}==`, '', ''].join('\r\n'));
  client.on('error', () => undefined);
  const ended = once(client, 'close');
  // Until it has arrived: there is no answer that would tell.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await stop();
  await ended;
});

test('load() swaps the functions: calls under way end on the old code, open sockets go on with the new', async () => {
  const { server, word } = await start();
  await server.load(stackSaying('one'));
  expect(await word()).toBe('one');
  const socket = await opened(new WebSocket(`ws://localhost:${server.port}/live`));
  socket.send('{}');
  expect(await nextMessage(socket)).toBe('one');
  const slow = word('?ms=600');
  await new Promise((resolve) => setTimeout(resolve, 200));

  const { changed } = await server.load(stackSaying('two'));
  expect(changed).toEqual(['GETword', 'connect', 'default']);
  expect(await word()).toBe('two');
  expect(await slow).toBe('one');
  socket.send('{}');
  expect(await nextMessage(socket)).toBe('two');
  socket.close();
});

test('load() of what is no stack leaves the one before at work', async () => {
  const { server, word } = await start();
  await server.load(stackSaying('one'));
  await expect(server.load('/nowhere')).rejects.toThrow('Cannot read the cloud assembly in /nowhere');
  expect(await word()).toBe('one');
});
