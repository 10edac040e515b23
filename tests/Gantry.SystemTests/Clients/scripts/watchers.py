"""What programs beside an engine do: readers of statistics (ctop), proxies that follow labels (Traefik), consoles (Portainer)."""
import base64, json, os, socket, struct, threading, time, uuid
import docker

client = docker.from_env(timeout=30)
api = client.api
mark = "w" + uuid.uuid4().hex[:8]
path = os.environ["DOCKER_HOST"][len("unix://"):]
left = []


def run(command, image="busybox", **options):
    made = client.containers.run(image, command, detach=True, **options)
    left.append(made)
    return made


def statistics():
    """Several streams at once, and processor time by the difference to the sample before."""
    busy = run(["sh", "-c", "while :; do :; done"], labels=[mark], mem_limit="64m", cpu_period=100000, cpu_quota=50000)
    idle = run("sleep 1000", labels=[mark])
    seen = {}

    def read(container):
        for sample in container.stats(stream=True, decode=True):
            seen.setdefault(container.id, []).append(sample)
            if len(seen[container.id]) == 3:
                return

    readers = [threading.Thread(target=read, args=(container,)) for container in (busy, idle)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
    for container in (busy, idle):
        _, before, last = seen[container.id]
        assert last["read"] > before["read"] and last["preread"] == before["read"], (before["read"], last["preread"])
        assert last["precpu_stats"]["cpu_usage"]["total_usage"] == before["cpu_stats"]["cpu_usage"]["total_usage"]
        assert last["id"] == container.id and last["name"] == "/" + container.name
        assert {"rx_bytes", "tx_bytes", "rx_packets", "tx_dropped"} <= set(last["networks"]["eth0"])
        assert last["pids_stats"]["current"] >= 1
    assert share(seen[busy.id][-1]) > share(seen[idle.id][-1])
    assert seen[busy.id][-1]["memory_stats"]["limit"] == 64 << 20


def share(sample):
    now, before = sample["cpu_stats"], sample["precpu_stats"]
    return (now["cpu_usage"]["total_usage"] - before["cpu_usage"]["total_usage"]) / max(1, now["system_cpu_usage"] - before["system_cpu_usage"])


FOLLOWER = """
import json, docker
api = docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
for event in api.events(decode=True, since=%(since)d, filters={"type": "container", "event": ["start", "die"], "label": "%(mark)s.rule"}):
    line = {"action": event["Action"], "rule": event["Actor"]["Attributes"]["%(mark)s.rule"]}
    if event["Action"] == "start":
        found = api.inspect_container(event["id"])
        name, end = next(iter(found["NetworkSettings"]["Networks"].items()))
        net = api.inspect_network(end["NetworkID"])
        line.update(address=end["IPAddress"], network=net["Name"], member=net["Containers"][event["id"]]["Name"], ports=sorted(found["Config"].get("ExposedPorts") or {}))
    print(json.dumps(line), flush=True)
"""


def follower():
    """A proxy in a container, with the engine's socket, that learns of its backends."""
    net = client.networks.create(mark, labels={mark: ""})
    host = {name: {"bind": name, "mode": "ro"} for name in ("/usr", "/lib", "/lib64")}
    proxy = run(["/usr/bin/python3", "-c", FOLLOWER % {"mark": mark, "since": time.time()}], volumes={**host, path: {"bind": "/var/run/docker.sock", "mode": "ro"}}, network=mark)
    lines = proxy.logs(stream=True, follow=True)
    web = run("sleep 1000", labels={mark + ".rule": "Host(`a.b`)"}, network=mark, ports={"80/tcp": None}, name=mark + "web")
    said = json.loads(next(lines))
    web.reload()
    assert said == {"action": "start", "rule": "Host(`a.b`)", "network": mark, "member": web.name, "ports": ["80/tcp"],
                    "address": web.attrs["NetworkSettings"]["Networks"][mark]["IPAddress"]}, said
    web.kill()
    assert json.loads(next(lines)) == {"action": "die", "rule": "Host(`a.b`)"}
    proxy.remove(force=True)
    web.remove(force=True)
    net.remove()


def call(method, target, head="", body=b""):
    """A connection after the answer's head, and what came behind it."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(20)
    connection.connect(path)
    connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: engine\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body)
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(4096)
    answer, rest = got.split(b"\r\n\r\n", 1)
    return connection, answer.decode(), rest


class WebSocket:
    """RFC 6455, as much as a console needs."""

    def __init__(self, target):
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection, answer, self.rest = call("GET", target, f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nOrigin: http://engine\r\n")
        assert answer.startswith("HTTP/1.1 101"), answer
        self.said = b""

    def send(self, data):
        mask = os.urandom(4)
        self.connection.sendall(bytes([0x82, 0x80 | len(data)]) + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)))

    def take(self, count):
        while len(self.rest) < count:
            more = self.connection.recv(4096)
            if not more:
                raise EOFError(self.said)
            self.rest += more
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def until(self, text):
        while text not in self.said:
            head = self.take(2)
            length = head[1] & 0x7F
            length = struct.unpack(">H", self.take(2))[0] if length == 126 else length
            data = self.take(length)
            self.said += data if head[0] & 0x0F in (0, 1, 2) else b""
        return self.said


def console():
    """Terminals over a web socket and over a taken connection, lists with filters, and the room on the disk."""
    shell = run(["sh"], tty=True, stdin_open=True, labels=[mark])
    terminal = WebSocket(f"/containers/{shell.id}/attach/ws?stream=1&stdin=1&stdout=1&stderr=1")
    terminal.send(b"echo $((6 * 7))!\n")
    terminal.until(b"42!")
    api.resize(shell.id, height=30, width=100)
    terminal.send(b"stty size\n")
    terminal.until(b"30 100")
    terminal.connection.close()

    made = api.exec_create(shell.id, ["sh"], stdin=True, tty=True)["Id"]
    connection, answer, said = call("POST", f"/exec/{made}/start", "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\n", b'{"Detach":false,"Tty":true}')
    assert answer.startswith("HTTP/1.1 101") and "raw-stream" in answer, answer
    api.exec_resize(made, height=20, width=50)
    connection.sendall(b"stty size; echo $((3 * 5))?\n")
    while b"15?" not in said:
        said += connection.recv(4096)
    assert b"20 50" in said
    connection.sendall(b"exit 9\n")
    while connection.recv(4096):
        pass
    for attempt in range(50):
        state = api.exec_inspect(made)
        if not state["Running"]:
            break
        time.sleep(0.1)
    assert (state["ExitCode"], state["ProcessConfig"]["tty"], state["ContainerID"]) == (9, True, shell.id)

    volume = client.volumes.create(mark, labels={mark: "x"})
    net = client.networks.create(mark, labels={mark: "x"})
    assert [found["Name"] for found in api.volumes(filters={"label": [mark + "=x"], "dangling": True})["Volumes"]] == [mark]
    assert [found["Id"] for found in api.networks(filters={"label": [mark], "driver": ["bridge"], "type": ["custom"]})] == [net.id]
    assert any("busybox:latest" in (image["RepoTags"] or []) for image in api.images(filters={"reference": "busybox:*"}))
    assert [found["Id"] for found in api.containers(filters={"label": mark, "status": "running", "ancestor": "busybox"}) if found["Id"] == shell.id]
    used = api.df()
    assert used["LayersSize"] > 0 and any(found["Name"] == mark and found["UsageData"]["RefCount"] == 0 for found in used["Volumes"])
    assert any(found["Id"] == shell.id and "SizeRootFs" in found for found in used["Containers"])
    info, version = api.info(), api.version()
    assert info["ContainersRunning"] >= 1 and info["OSType"] == "linux" and version["ApiVersion"] and version["Components"]
    volume.remove()
    net.remove()


for part in (statistics, follower, console):
    try:
        part()
    except BaseException:
        print("failed:", part.__name__)
        raise
    finally:
        while left:
            try:
                left.pop().remove(force=True)
            except docker.errors.NotFound:
                pass
print("ok")
