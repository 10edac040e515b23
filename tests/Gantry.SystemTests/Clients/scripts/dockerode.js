// dockerode against the engine of DOCKER_HOST: what its users write, and what it is particular about.
const assert = require('assert');
const { PassThrough } = require('stream');
const Docker = require('dockerode');
const docker = new Docker();
const mark = 'js' + process.hrtime.bigint().toString(36);
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const text = async (stream) => { let all = ''; for await (const piece of stream) all += piece; return all; };
const create = (options) => docker.createContainer({ Image: 'busybox', Labels: { [mark]: '' }, ...options });

async function attach() {
  // Its request has a body, whose bytes must not become the container's input.
  for (const Tty of [true, false]) {
    const container = await create({ Tty, OpenStdin: true, StdinOnce: true, Cmd: ['wc', '-c'] });
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    let output = '';
    const sink = new PassThrough();
    sink.on('data', (data) => { output += data; });
    if (Tty) stream.pipe(sink); else container.modem.demuxStream(stream, sink, sink);
    await container.start();
    stream.write('x'.repeat(1000) + '\n' + (Tty ? '\x04' : ''));
    if (!Tty) stream.end();
    assert.strictEqual((await container.wait()).StatusCode, 0);
    await pause(200);
    assert.match(output, /(^|\r\n)1001\r?\n$/);
    await container.remove();
  }
}

async function execs() {
  const container = await create({ Cmd: ['sleep', '1000'] });
  await container.start();
  for (let times = 0; times < 5; times++) {
    const exec = await container.exec({ Cmd: ['echo', 'said'], AttachStdout: true });
    const out = new PassThrough();
    const stream = await exec.start({ hijack: true, stdin: false });
    container.modem.demuxStream(stream, out, out);
    stream.on('end', () => out.end());
    assert.strictEqual(await text(out), 'said\n');
    assert.strictEqual((await exec.inspect()).ExitCode, 0);
  }
  const stats = await container.stats({ stream: false });
  assert.ok(stats.memory_stats.usage > 0);
  await container.remove({ force: true });
}

async function builds() {
  const tar = require('tar-stream').pack();
  tar.entry({ name: 'Dockerfile' }, 'FROM busybox\nRUN --mount=type=cache,target=/c echo cached > /f\nCMD cat /f\n');
  tar.finalize();
  // BuildKit's session, and its messages in the answer.
  const stream = await docker.buildImage(tar, { version: '2', t: mark });
  const messages = (await text(stream)).trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(messages.some((message) => message.id === 'moby.buildkit.trace' && Buffer.from(message.aux, 'base64').includes('RUN')));
  assert.ok(messages.some((message) => message.id === 'moby.image.id'));
  const [result] = await docker.run(mark, [], new PassThrough().resume(), { HostConfig: { AutoRemove: true } });
  assert.strictEqual(result.StatusCode, 0);
  await docker.getImage(mark).remove({ force: true });
}

async function follows() {
  const container = await create({ Cmd: ['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.1; done'] });
  const events = await docker.getEvents({ filters: { container: [container.id] } });
  await container.start();
  const logs = new PassThrough();
  const stream = await container.logs({ follow: true, stdout: true, stderr: true });
  container.modem.demuxStream(stream, logs, logs);
  stream.on('end', () => logs.end());
  assert.strictEqual(await text(logs), '1\n2\n3\n');
  await container.wait();
  const seen = [];
  for await (const piece of events) {
    seen.push(...piece.toString().trim().split('\n').map((line) => JSON.parse(line).Action));
    if (seen.includes('die')) break;
  }
  assert.ok(seen.includes('start'));
  await container.remove();
  assert.deepStrictEqual((await docker.listPlugins()), []);
}

(async () => {
  for (const part of process.env.PARTS.split(',')) {
    console.error(part);
    await { attach, execs, builds, follows }[part]();
  }
  console.log('ok');
  process.exit(0);
})().catch((failure) => { console.error(failure); process.exit(1); });
