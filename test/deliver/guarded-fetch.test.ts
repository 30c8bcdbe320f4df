import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Address, type GuardOptions, guardedFetch, guardUrl } from '../../lambdas/deliver/guarded-fetch.ts';
import { selfSigned } from './certificate.ts';
import { listen } from './listen.ts';

const local: GuardOptions = { allowLoopback: true };
const trusted = selfSigned('receiver.example');
const expired = selfSigned('receiver.example', { expired: true });

beforeAll(() => setDefaultCACertificates([...getCACertificates('default'), trusted.cert, expired.cert]));
afterAll(() => setDefaultCACertificates(getCACertificates('bundled')));

const listenHttp = async (listener: RequestListener) => `http://127.0.0.1:${await listen(createHttpServer(listener))}`;
const listenTcp = async (onSocket: (socket: Socket) => void) => listen(createTcpServer(onSocket));

/** A resolver that gives one list of addresses after another, and counts how often it was asked. */
function resolver(...answers: string[][]) {
  const asked: string[] = [];
  const resolve = async (name: string): Promise<Address[]> => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(name);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { resolve, asked };
}

const notFound = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));

describe('guardUrl()', () => {
  it.each([
    [['10.0.0.1'], 'a private address'],
    [['127.0.0.1'], 'a loopback address'],
    [['::1'], 'the loopback address'],
    [['169.254.169.254'], 'a cloud metadata address'],
    [['100.64.0.1'], 'a shared carrier address'],
    [['::ffff:10.0.0.1'], 'IPv4-mapped'],
    [['64:ff9b::a00:1'], 'NAT64'],
    [['2002:a00:1::'], 'a 6to4 address'],
    [['2001::a00:1'], 'a Teredo address'],
    [['fe80::1%eth0'], 'a link-local address'],
    [['fd00:ec2::254'], 'a cloud metadata address'],
    [['93.184.216.34', '192.168.0.1'], 'a private address'],
    [['2606:2800:220:1::1', '93.184.216.34', 'fc00::1'], 'a unique local address'],
    [['nonsense'], 'no IP address'],
  ])('refuses a name that resolves to %j', async (addresses, reason) => {
    const { resolve } = resolver(addresses);
    await expect(guardUrl('https://hooks.example.com/', { resolve })).rejects.toMatchObject({
      fault: 'blocked',
      message: expect.stringContaining(reason),
    });
  });

  it('keeps the addresses of a public name, and asks for it once', async () => {
    const { resolve, asked } = resolver(['93.184.216.34', '2606:2800:220:1::1'], ['10.0.0.1']);
    const { addresses } = await guardUrl('https://hooks.example.com./path', { resolve });
    expect(addresses.map(({ address }) => address)).toEqual(['93.184.216.34', '2606:2800:220:1::1']);
    expect(asked).toEqual(['hooks.example.com']);
  });

  it('tells a name that does not resolve from one that is refused', async () => {
    await expect(guardUrl('https://gone.example/', { resolve: notFound })).rejects.toMatchObject({ fault: 'dns' });
    const { resolve } = resolver([]);
    await expect(guardUrl('https://gone.example/', { resolve })).rejects.toMatchObject({ fault: 'dns' });
  });

  it.each(['http://app.example.com/', 'https://app.example.com:9000/'])(
    'lets %s lead to loopback only',
    async (url) => {
      await expect(guardUrl(url, { ...local, ...resolver(['93.184.216.34']) })).rejects.toMatchObject({
        fault: 'blocked',
      });
      await expect(guardUrl(url, { ...local, ...resolver(['127.0.0.1', '10.0.0.1']) })).rejects.toMatchObject({
        fault: 'blocked',
      });
      await expect(guardUrl(url, { ...local, ...resolver(['127.0.0.1', '::1']) })).resolves.toBeDefined();
    },
  );
});

describe('guardedFetch()', () => {
  it('sends method, headers and body, and reads the answer', async () => {
    const url = await listenHttp((request, response) => {
      request.setEncoding('utf8').on('data', (body) => {
        response.writeHead(201, { 'x-a': ['1', '2'], 'x-seen': `${request.method} ${request.headers['x-b']} ${body}` });
        response.end('done');
      });
    });
    const answer = await guardedFetch(`${url}/hook`, { method: 'POST', headers: { 'x-b': 'b' }, body: 'hello' }, local);
    expect(answer).toMatchObject({
      status: 201,
      truncated: false,
      headers: { 'x-a': '1, 2', 'x-seen': 'POST b hello' },
    });
    expect(answer.body.toString()).toBe('done');
  });

  it('dials the address that was checked, with the name in TLS and in Host, though the name changes meanwhile', async () => {
    const seen: unknown[] = [];
    const server = createHttpsServer(trusted, (request, response) => {
      seen.push((request.socket as unknown as { servername: string }).servername, request.headers.host);
      response.end();
    });
    const port = await listen(server);
    const { resolve, asked } = resolver(['127.0.0.1'], ['169.254.169.254']);
    const answer = await guardedFetch(`https://receiver.example:${port}/`, {}, { ...local, resolve });
    expect(answer.status).toBe(200);
    expect(seen).toEqual(['receiver.example', `receiver.example:${port}`]);
    expect(asked).toHaveLength(1);
    await expect(guardedFetch(`https://receiver.example:${port}/`, {}, { ...local, resolve })).rejects.toMatchObject({
      fault: 'blocked',
    });
    expect(asked).toHaveLength(2);
    expect(seen).toHaveLength(2);
  });

  it('refuses before it dials', async () => {
    let connections = 0;
    const port = await listenTcp(() => connections++);
    await expect(guardedFetch(`https://127.0.0.1:${port}/`, {})).rejects.toMatchObject({ fault: 'blocked' });
    await expect(
      guardedFetch(`http://name.example:${port}/`, {}, { resolve: resolver(['127.0.0.1']).resolve }),
    ).rejects.toMatchObject({ fault: 'blocked' });
    expect(connections).toBe(0);
  });

  it('answers with a redirect and does not follow it', async () => {
    const paths: unknown[] = [];
    const url = await listenHttp((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/next' }).end();
    });
    expect(await guardedFetch(url, {}, local)).toMatchObject({ status: 302, headers: { location: '/next' } });
    expect(paths).toEqual(['/']);
  });

  it('reads no more than maxBytes of a body without end', async () => {
    const url = await listenHttp((_request, response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    const answer = await guardedFetch(url, { maxBytes: 1024 }, local);
    expect(answer).toMatchObject({ status: 200, truncated: true });
    expect(answer.body).toHaveLength(1024);
    expect(await guardedFetch(url, { maxBytes: 0 }, local)).toMatchObject({ status: 200, truncated: true });
  });

  it('takes a body of exactly maxBytes as whole', async () => {
    const url = await listenHttp((_request, response) => response.end('12345'));
    expect(await guardedFetch(url, { maxBytes: 5 }, local)).toMatchObject({ truncated: false });
    expect(await guardedFetch(url, { maxBytes: 4 }, local)).toMatchObject({ truncated: true });
  });

  it.each(['Host', 'content-length', 'Transfer-Encoding', 'connection', 'Upgrade'])(
    'refuses the header %s',
    async (name) => {
      await expect(guardedFetch('http://127.0.0.1:9/', { headers: { [name]: '1' } }, local)).rejects.toThrow(TypeError);
    },
  );
});

describe('guardedFetch() says in plain words', () => {
  const failure = (url: string, request = {}, options: GuardOptions = {}) =>
    guardedFetch(url, { timeoutMs: 1000, ...request }, { ...local, ...options }).then(
      () => ({ fault: 'none', message: '' }),
      (error) => ({ fault: error.fault, message: error.message }),
    );

  it('that a name does not resolve', async () => {
    expect(await failure('https://gone.example/', {}, { resolve: notFound })).toEqual({
      fault: 'dns',
      message: 'Cannot get an answer from gone.example: its name does not resolve',
    });
  });

  it('that the name server takes too long', async () => {
    const resolve = () => new Promise<Address[]>(() => {});
    expect(await failure('https://slow.example/', {}, { resolve })).toEqual({
      fault: 'timed-out',
      message: 'Cannot get an answer from slow.example: 1000 ms ran out while looking up its address',
    });
  });

  it('that nothing listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await failure(`http://127.0.0.1:${port}/`)).toMatchObject({ fault: 'refused', message: /nothing listens/ });
  });

  it('that the handshake hangs', async () => {
    const port = await listenTcp(() => {});
    expect(await failure(`https://127.0.0.1:${port}/`)).toMatchObject({ fault: 'timed-out', message: /connecting/ });
  });

  it('that no answer comes', async () => {
    const url = await listenHttp(() => {});
    expect(await failure(url)).toMatchObject({ fault: 'timed-out', message: /waiting for its answer/ });
  });

  it('that an answer drips', async () => {
    const url = await listenHttp((_request, response) => {
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    expect(await failure(url)).toMatchObject({ fault: 'timed-out', message: /reading its answer/ });
  });

  it('that a connection is reset', async () => {
    const port = await listenTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await failure(`http://127.0.0.1:${port}/`)).toMatchObject({ fault: 'reset' });
  });

  it('that an answer ends early', async () => {
    const url = await listenHttp((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('part', () => response.destroy());
    });
    expect(await failure(url)).toMatchObject({ fault: 'reset', message: /before the answer was complete/ });
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['has a head without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`],
  ])('that an answer %s', async (_what, bytes) => {
    const port = await listenTcp((socket) => socket.once('data', () => socket.write(bytes)));
    expect(await failure(`http://127.0.0.1:${port}/`)).toMatchObject({ fault: 'bad-answer', message: /not HTTP/ });
  });

  it('that an answer switches the protocol', async () => {
    const port = await listenTcp((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
      ),
    );
    expect(await failure(`http://127.0.0.1:${port}/`)).toMatchObject({
      fault: 'bad-answer',
      message: /switches to another protocol/,
    });
  });

  it.each([
    ['is self-signed', 'receiver.example', selfSigned('receiver.example'), /self-signed/],
    ['is for another name', 'else.example', trusted, /for another name/],
    ['has expired', 'receiver.example', expired, /has expired/],
  ])('that a certificate %s', async (_what, name, certificate, message) => {
    const port = await listen(createHttpsServer(certificate, (_request, response) => response.end()));
    const { resolve } = resolver(['127.0.0.1']);
    expect(await failure(`https://${name}:${port}/`, {}, { resolve })).toMatchObject({ fault: 'tls', message });
  });

  it('that a port speaks no TLS', async () => {
    const url = await listenHttp((_request, response) => response.end());
    expect(await failure(url.replace('http:', 'https:'))).toMatchObject({ fault: 'tls' });
  });

  it('nothing of its own when the caller aborts', async () => {
    const url = await listenHttp(() => {});
    const reason = new Error('canceled');
    await expect(guardedFetch(url, { signal: AbortSignal.abort(reason) }, local)).rejects.toBe(reason);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    await expect(guardedFetch(url, { signal: controller.signal }, local)).rejects.toBe(reason);
  });

  it('nothing, and leaves nothing to nobody, of a URL that it refuses after the caller has aborted', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => void unheard.push(reason);
    process.on('unhandledRejection', hear);
    const reason = new Error('canceled');
    await expect(guardedFetch('https://10.0.0.1/', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });

  it('nothing of the path or the query', async () => {
    const { message } = await failure('https://gone.example/secret?token=secret', {}, { resolve: notFound });
    expect(message).not.toContain('secret');
  });
});
