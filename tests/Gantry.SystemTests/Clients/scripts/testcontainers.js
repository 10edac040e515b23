// Testcontainers for Node against the engine of DOCKER_HOST.
const assert = require('assert');
const fs = require('fs');
const { GenericContainer, Network, Wait } = require('testcontainers');

(async () => {
  const network = await new Network().start();
  const web = await new GenericContainer('busybox')
    .withCommand(['sh', '-c', 'mkdir /www; echo hello > /www/index.html; echo ready; httpd -f -p 8080 -h /www'])
    .withExposedPorts(8080).withNetwork(network).withNetworkAliases('web').withEnvironment({ A: 'b' })
    .withCopyContentToContainer([{ content: 'copied', target: '/tmp/x' }])
    .withHealthCheck({ test: ['CMD-SHELL', 'test -f /www/index.html'], interval: 200, timeout: 1000, retries: 20 })
    .withWaitStrategy(Wait.forAll([Wait.forListeningPorts(), Wait.forLogMessage('ready'), Wait.forHealthCheck(), Wait.forHttp('/', 8080)]))
    .start();
  const said = await web.exec(['sh', '-c', 'echo $A; cat /tmp/x; echo err >&2; exit 3']);
  assert.deepStrictEqual([said.exitCode, said.stdout, said.stderr], [3, 'b\ncopied', 'err\n']);
  const other = await new GenericContainer('busybox').withCommand(['sleep', '100']).withNetwork(network).start();
  assert.strictEqual((await other.exec(['wget', '-qO-', 'http://web:8080/'])).output, 'hello\n');
  const directory = fs.mkdtempSync('/tmp/tc-');
  fs.writeFileSync(directory + '/Dockerfile', 'FROM busybox\nARG V=1\nRUN echo built-$V > /v\nCMD ["sh","-c","cat /v; sleep 100"]\n');
  const image = await GenericContainer.fromDockerfile(directory).withBuildArgs({ V: '7' }).build();
  const built = await image.withWaitStrategy(Wait.forLogMessage('built-7')).start();
  await web.restart();
  assert.ok(web.getMappedPort(8080) > 0);
  for (const container of [built, other, web]) await container.stop();
  await network.stop();
  fs.rmSync(directory, { recursive: true });
  console.log('ok');
  process.exit(0);
})().catch((failure) => { console.error(failure); process.exit(1); });
