# Docker Compose as a plug-in of the docker command line: the life of one project.
. "$(dirname "$0")/shell.sh"
mkdir -p "$work/shop/web" && cd "$work/shop"
compose() { docker compose --ansi never --progress plain -p "$mark" "$@"; }
leave() { compose down -v -t 0 --rmi local; kill "${watching:-}"; }

cat >web/Dockerfile <<'F'
FROM busybox
ARG GREETING=none
RUN mkdir /www && echo "$GREETING" > /www/index.html
CMD ["httpd", "-f", "-p", "80", "-h", "/www"]
F
cat >compose.yaml <<'F'
services:
  web:
    build: {context: web, args: {GREETING: hello}}
    ports: ["127.0.0.1::80"]
    networks: [front, back]
    depends_on: {store: {condition: service_healthy}, first: {condition: service_completed_successfully}}
    healthcheck: {test: wget -qO- http://127.0.0.1/, interval: 200ms, retries: 50}
  store:
    image: busybox
    init: true
    command: sh -c 'touch /data/ready; trap "exit 0" TERM; while :; do echo beat; sleep 0.2; done'
    volumes: [data:/data]
    networks: {back: {aliases: [db]}}
    configs: [{source: settings, target: /etc/settings}]
    secrets: [password]
    healthcheck: {test: test -f /data/ready, interval: 200ms, retries: 50}
  first: {image: busybox, command: "true", network_mode: none}
  tool: {image: busybox, command: echo tool, profiles: [tools], networks: [back]}
networks: {front: , back: {internal: true}}
volumes: {data: {labels: {kept: "no"}}}
configs: {settings: {content: "a=b"}}
secrets: {password: {environment: PASSWORD}}
F
export PASSWORD=hidden

compose config --services | sort | tr '\n' ' ' | grep -q '^first store web $'
docker compose -p "$mark" events --json >"$work/events" 2>/dev/null 3>&- & watching=$!
compose build -q
compose up -d --wait
same "running" "$(docker inspect -f '{{.State.Status}}' "$mark-web-1")"
same "store running web running " "$(compose ps --format '{{.Service}} {{.State}}' | sort | tr '\n' ' ')"
same "healthy" "$(docker inspect -f '{{.State.Health.Status}}' "$mark-store-1")"
port=$(compose port web 80)
same "hello" "$(curl -s "http://$port/")"
same "hidden" "$(compose exec -T store cat /run/secrets/password)"
same "a=b" "$(compose exec -T store cat /etc/settings)"
same "3" "$(compose exec -T store sh -c 'exit 3' || echo $?)"
compose exec -T web ping -c 1 -W 5 db >/dev/null
same "from the input" "$(echo from the input | compose run --rm -T tool cat)"
compose logs --no-color --no-log-prefix --tail 2 store >logs
grep -q beat logs
compose up -d --no-recreate --scale store=3 >/dev/null 2>&1
same "3" "$(compose ps -q store | wc -l)"
compose up -d --scale store=1 >/dev/null 2>&1
same "1" "$(compose ps -q store | wc -l)"
web=$(compose ps -q web)
for again in 1 2 3; do compose up -d --build --wait >/dev/null 2>&1; done
same "$web" "$(compose ps -q web)"
before=$(docker inspect -f '{{.State.StartedAt}}' "$mark-web-1")
compose restart -t 0 web
[ "$before" != "$(docker inspect -f '{{.State.StartedAt}}' "$mark-web-1")" ]
echo copied >file
compose cp file store:/tmp/file
compose cp store:/tmp/file back
same "copied" "$(cat back)"
compose top store | grep -q beat
compose pause store && same "paused" "$(compose ps --format '{{.State}}' store)"
compose unpause store
compose stop -t 2 store && same "exited" "$(compose ps -a --format '{{.State}}' store)"
compose start store
compose kill -s KILL store
compose images --format json | grep -q "$mark-web"
compose ls --format json | grep -q "\"$mark\""
# What did not change stays, what changed is replaced.
id=$(compose ps -q web)
compose up -d --wait >/dev/null 2>&1
same "$id" "$(compose ps -q web)"
sed -i 's/GREETING: hello/GREETING: again/' compose.yaml
compose up -d --build --wait >/dev/null 2>&1
[ "$id" != "$(compose ps -q web)" ]
same "again" "$(curl -s "http://$(compose port web 80)/")"
for action in create start exec_start pause die; do
  within 5 grep -q "\"action\":\"$action" "$work/events" || { echo "no event $action" >&2; exit 1; }
done
compose down -v -t 0 >/dev/null 2>&1
same "" "$(docker ps -aq --filter "label=com.docker.compose.project=$mark")"
same "" "$(docker volume ls -q --filter "label=com.docker.compose.project=$mark")$(docker network ls -q --filter "label=com.docker.compose.project=$mark")"
echo ok >&3
