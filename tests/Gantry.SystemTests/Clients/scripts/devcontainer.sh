# @devcontainers/cli (DEVCONTAINER): a workspace with a Dockerfile, and one with a Compose file.
. "$(dirname "$0")/shell.sh"
dev() { "$DEVCONTAINER" "$@" --workspace-folder "$work/$mark" --user-data-folder "$work/data"; }
leave() { docker ps -aq --filter "label=devcontainer.local_folder=$work/$mark" | xargs -r docker rm -f; docker compose -p "$mark" down -v -t 0 --rmi local; }
mkdir -p "$work/$mark/.devcontainer"
cd "$work/$mark"

cat >.devcontainer/Dockerfile <<'F'
FROM busybox
ARG TOOL=none
RUN echo "$TOOL" > /tool
F
cat >.devcontainer/devcontainer.json <<'F'
{
  // Comments are allowed here.
  "build": {"dockerfile": "Dockerfile", "args": {"TOOL": "hammer"}},
  "containerEnv": {"INSIDE": "yes"}, "remoteEnv": {"REMOTE": "${containerEnv:INSIDE}!"},
  "updateRemoteUserUID": false, "postCreateCommand": "echo created > made"
}
F
dev up >up.json 2>up.log || { tail -20 up.log; exit 1; }
grep -q '"outcome":"success"' up.json
same "hammer yes yes!" "$(dev exec sh -c 'echo $(cat /tool) $INSIDE $REMOTE' 2>/dev/null | tr -d '\r')"
same "created" "$(cat made)"
same "3" "$(dev exec sh -c 'exit 3' >/dev/null 2>&1 || echo $?)"
docker ps -q --filter "label=devcontainer.local_folder=$work/$mark" | xargs docker rm -f >/dev/null

cat >.devcontainer/compose.yaml <<F
name: $mark
services:
  app: {build: {context: ., args: {TOOL: saw}}, command: sleep 1000, volumes: ["..:/w"], depends_on: [store]}
  store: {image: busybox, command: sh -c 'mkdir -p /s && echo kept > /s/index.html && httpd -f -p 80 -h /s'}
F
cat >.devcontainer/devcontainer.json <<'F'
{"dockerComposeFile": "compose.yaml", "service": "app", "workspaceFolder": "/w", "updateRemoteUserUID": false}
F
dev up >up.json 2>up.log || { tail -20 up.log; exit 1; }
grep -q '"outcome":"success"' up.json
same "saw kept" "$(dev exec sh -c 'echo $(cat /tool) $(wget -qO- http://store/)' 2>/dev/null | tr -d '\r')"
echo ok >&3
