# What Jenkins' docker-workflow runs: a container that sleeps in cat, and steps in it as the user of the agent.
. "$(dirname "$0")/shell.sh"
leave() { docker rm -f "${inside:-}" "${agent:-}"; docker rmi -f "$mark"; }
cd "$work"
mkdir workspace
chown 1234:1234 workspace

docker version --format '{{.Server.Version}}' | grep -q .
printf 'FROM busybox\nENV TOOL=yes\n' | docker build -q -t "$mark" - >/dev/null
docker inspect -f . "$mark" >/dev/null
inside=$(docker run -t -d -u 1234:1234 -w "$work/workspace" -v "$work/workspace:$work/workspace:rw,z" -e BUILD_NUMBER=7 -e "SPACED=a b" "$mark" cat)
docker top "$inside" -eo pid,comm | grep -q cat
same "1234 7 a b yes" "$(docker exec "$inside" sh -c 'echo "$(id -u) $BUILD_NUMBER $SPACED $TOOL"')"
same "$work/workspace" "$(docker exec "$inside" pwd)"
docker exec --env STAGE=test "$inside" sh -c 'echo "$STAGE" > result'
same "test 1234" "$(cat workspace/result) $(stat -c %u workspace/result)"
# The durable task: a script in the background, which is asked for its end.
docker exec -d "$inside" sh -c 'sleep 0.3; echo 3 > code'
within 10 test -s workspace/code
docker cp "$inside:$work/workspace/result" copied
same "test" "$(cat copied)"
same "5" "$(docker exec "$inside" sh -c 'exit 5' || echo $?)"
docker stop --time=1 "$inside" >/dev/null
docker rm -f --volumes "$inside" >/dev/null

# An agent with the engine's own socket, and the programs of this machine.
agent=$(docker run -d -v "${DOCKER_HOST#unix://}:/var/run/docker.sock" -v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro busybox sleep 1000)
docker exec "$agent" /usr/bin/docker -H unix:///var/run/docker.sock ps -q --no-trunc | grep -q "$agent"
same "from within" "$(docker exec "$agent" /usr/bin/docker -H unix:///var/run/docker.sock run --rm busybox echo from within)"
echo ok >&3
