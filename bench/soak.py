#!/usr/bin/python3
"""Random work from several clients at once, and what is left of it: soak.py SECONDS [CLIENTS]

Needs root, python3-docker, docker-registry, skopeo, ./build.sh and the images of ./test.sh. A gantryd and a registry of its own run
in namespaces of their own. Every ten seconds a line says what the daemon holds; at the end all is removed, and what is still there
is told: the exit code is 1 where there is more of anything than at the beginning, or something failed that should not.
"""
import contextlib, glob, io, os, random, re, shutil, sqlite3, subprocess, sys, tempfile, threading, time
import docker

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.environ.get("GANTRY_TEST_CACHE") or os.path.expanduser("~/.cache/gantry-tests")
EXPECTED = ("No such container", "is not running", "already in use", "is not paused", "already in progress", "No such image",
            "No such exec", "marked for removal", "is paused", "already stopped", "must force", "has active endpoints", "not found",
            "cannot remove container", "is restarting", "already paused", "No such network")
REGISTRY = "127.0.0.1:5000"
MOST = 12  # containers of a client
# Rows of what can be made and removed; of the build cache and of images some remain by design.
TABLES = ("containers", "networks", "volumes", "snapshots")


class Daemon:
    def __init__(self, home):
        self.home, self.socket = home, home + "/engine.sock"
        words = [ROOT + "/out/bin/gantryd", "--data-root", home + "/data", "--exec-root", home + "/exec", "--host", "unix://" + self.socket]
        self.outer = subprocess.Popen(["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", *words],
                                      stderr=open(home + "/log", "w"))
        while not os.path.exists(self.socket):
            time.sleep(0.05)
        self.pid = self.outer.pid
        with open(home + "/registry.yml", "w") as text:
            text.write("version: 0.1\nstorage: {filesystem: {rootdirectory: %s/registry}}\nhttp: {addr: %s}\nlog: {level: error, accesslog: {disabled: true}}\n" % (home, REGISTRY))
        self.registry = subprocess.Popen(self.inside("docker-registry", "serve", home + "/registry.yml"), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for number in range(3):
            fill = self.inside("skopeo", "copy", "-q", "--insecure-policy", "--dest-tls-verify=false", "docker-archive:" + CACHE + "/busybox.tar", f"docker://{REGISTRY}/soak:{number}")
            while subprocess.run(fill, stderr=subprocess.DEVNULL).returncode:
                time.sleep(0.1)

    def inside(self, *words):
        return ["nsenter", "-t", str(self.pid), "-n", *words]

    def stop(self):
        for process in (self.registry, self.outer):
            process.terminate()
            process.wait()

    def processes(self):
        count = 0
        for file in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(file, "rb") as text:
                    words = text.read().decode(errors="replace")
                count += self.home in words and "gantry" in words.split("\0")[0]
            except OSError:
                pass  # It has ended.
        return count

    def rows(self):
        with sqlite3.connect(f"file:{self.home}/data/gantry.db?mode=ro", uri=True) as database:
            return sum(database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in TABLES)

    def descriptors(self):
        """What the daemon has open, by kind: numbers of files and sockets left out."""
        kinds = {}
        for entry in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                kind = re.sub(r"[0-9a-f]{12,}|\d+", "N", os.readlink(f"/proc/{self.pid}/fd/{entry}").replace(self.home, ""))
                kinds[kind] = kinds.get(kind, 0) + 1
            except OSError:
                pass  # It was closed meanwhile.
        return kinds

    def holds(self):
        status = open(f"/proc/{self.pid}/status").read()
        links = subprocess.run(self.inside("ip", "-o", "link"), capture_output=True, text=True).stdout
        rules = subprocess.run(self.inside("nft", "list", "ruleset"), capture_output=True, text=True).stdout
        return {
            "resident MB": round(int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024, 1),
            "threads": int(re.search(r"Threads:\s+(\d+)", status)[1]),
            "descriptors": len(os.listdir(f"/proc/{self.pid}/fd")),
            "mounts": len(open(f"/proc/{self.pid}/mountinfo").readlines()),
            "links": len(links.splitlines()),
            "rule lines": len(rules.splitlines()),
            "processes": self.processes(),
            "rows": self.rows(),
        }


class Client:
    def __init__(self, number, address, until, home):
        self.random, self.until, self.number = random.Random(number), until, number
        self.api = docker.DockerClient(base_url=address, timeout=60)
        self.address, self.home = address, home
        self.mine, self.done, self.failures = [], {}, []

    def run(self):
        while time.time() < self.until:
            act = self.random.choice([self.create, self.create, self.start, self.exec, self.attach, self.logs, self.stop, self.remove, self.pause, self.build, self.network, self.compose, self.load, self.pull])
            try:
                act()
                self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
            except Exception as e:
                if not any(words in str(e) for words in EXPECTED):
                    self.failures.append(f"{act.__name__}: {e}")

    def end(self):
        """Removes what is left of all, and lets go of the daemon: docker-py keeps a connection open for each address it asked."""
        for container in self.api.containers.list(all=True):
            container.remove(force=True, v=True)
        self.api.networks.prune()
        self.api.images.prune(filters={"dangling": True})
        self.api.close()

    def one(self):
        return self.random.choice(self.mine) if self.mine else self.create()

    def create(self):
        # As many as a machine of this size has, or it would only ever measure more of them.
        if len(self.mine) >= MOST:
            self.remove()
        made = self.api.containers.create("busybox", ["sh", "-c", "while :; do echo x; sleep 0.2; done"], ports={"80/tcp": None} if self.random.random() < 0.3 else None, stdin_open=True)
        self.mine.append(made)
        return made

    def start(self):
        self.one().start()

    def exec(self):
        self.one().exec_run(["echo", "said"], demux=True)

    def attach(self):
        stream = self.one().attach_socket(params={"stdout": 1, "stream": 1})
        time.sleep(0.1)
        stream.close()

    def logs(self):
        self.one().logs(tail=10)

    def stop(self):
        self.one().stop(timeout=0)

    def pause(self):
        container = self.one()
        container.pause()
        container.unpause()

    def remove(self):
        if self.mine:
            self.mine.pop(self.random.randrange(len(self.mine))).remove(force=True, v=True)

    def build(self):
        text = f"FROM busybox\nRUN echo {self.random.randrange(20)} > /f\nCMD cat /f\n"
        image, _ = self.api.images.build(fileobj=io.BytesIO(text.encode()), tag=f"soak{self.number}")
        self.api.images.remove(image.id, force=True)

    def network(self):
        made = self.api.networks.create(f"soak{self.number}-{self.random.randrange(10**6)}")
        self.api.containers.run("busybox", "true", network=made.name, remove=True)
        made.remove()

    def pull(self):
        tag = str(self.random.randrange(3))
        self.api.images.pull(f"{REGISTRY}/soak", tag=tag)
        self.api.images.remove(f"{REGISTRY}/soak:{tag}", force=True)

    def load(self):
        with open(CACHE + "/busybox.tar", "rb") as archive:
            self.api.images.load(archive)

    def compose(self):
        directory = f"{self.home}/project{self.number}"
        os.makedirs(directory, exist_ok=True)
        with open(directory + "/compose.yaml", "w") as text:
            text.write("services:\n  a: {image: busybox, command: sleep 1000}\n  b: {image: busybox, command: sleep 1000, depends_on: [a]}\n")
        for words in (["up", "-d"], ["down", "-t", "0"]):
            result = subprocess.run([ROOT + "/out/bin/gantry", "-H", self.address, "compose", "--project-directory", directory, *words], capture_output=True, text=True)
            if result.returncode:
                raise RuntimeError(result.stderr[-300:])


def main():
    seconds, clients = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 8
    home = tempfile.mkdtemp(prefix="gantry-soak-")
    daemon = Daemon(home)
    with contextlib.closing(docker.DockerClient(base_url="unix://" + daemon.socket, timeout=60)) as api, open(CACHE + "/busybox.tar", "rb") as archive:
        api.images.load(archive)
    # What is made with the first of its kind stays: that is no leak.
    opener = Client(clients, "unix://" + daemon.socket, 0, home)
    for act in (opener.network, opener.pull, opener.build, opener.compose, opener.start, opener.attach):
        act()
    opener.end()
    time.sleep(15)
    first = daemon.holds()
    opened = daemon.descriptors()
    print("before:", first, flush=True)
    workers = [Client(number, "unix://" + daemon.socket, time.time() + seconds, home) for number in range(clients)]
    threads = [threading.Thread(target=worker.run, daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(10)
        now = daemon.holds()
        most = max(most, now["resident MB"])
        print(int(time.time()) % 100000, now, flush=True)
    for worker in workers:
        worker.end()
    time.sleep(60)  # connections to the registry are kept for half a minute
    last = daemon.holds()
    counts = {}
    for worker in workers:
        for name, count in worker.done.items():
            counts[name] = counts.get(name, 0) + count
    print("done:", counts, "in all", sum(counts.values()))
    print("before:", first)
    print("after: ", last, "most resident", most, "MB")
    print("opened:", {kind: count - opened.get(kind, 0) for kind, count in daemon.descriptors().items() if count > opened.get(kind, 0)})
    grown = [name for name in last if name not in ("resident MB", "threads") and last[name] > first[name]]
    print("more than before:", ", ".join(grown) or "nothing")
    failures = [failure for worker in workers for failure in worker.failures]
    print(len(failures), "unexpected failures", *sorted(set(failures))[:20], sep="\n  ")
    daemon.stop()
    shutil.rmtree(home, ignore_errors=True)
    sys.exit(1 if grown or failures else 0)


main()
