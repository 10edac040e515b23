# buildx as a plug-in of the docker command line, on the engine's own builder.
. "$(dirname "$0")/shell.sh"
cd "$work"
leave() { docker rmi -f "$mark:loaded" "$mark:baked" "$mark:other" "$mark:packed"; kill "${registry:-}" "${web:-}"; }
buildx() { docker buildx "$@"; }

cat >Dockerfile <<'F'
FROM busybox AS base
ARG V=1
RUN --mount=type=cache,target=/cache --mount=type=secret,id=word echo "$V-$(cat /run/secrets/word)" > /out
FROM scratch AS files
COPY --from=base /out /out
FROM base
LABEL made=here
CMD ["cat", "/out"]
F
echo secret >word
buildx version | grep -q buildx
buildx ls | grep -q docker
buildx inspect | grep -q 'Driver: *docker'
buildx build -q --secret id=word,src=word --build-arg V=2 -t "$mark:loaded" --load . >id
same "2-secret" "$(docker run --rm "$mark:loaded")"
same "here" "$(docker inspect -f '{{.Config.Labels.made}}' "$mark:loaded")"
same "$(cat id)" "$(docker inspect -f '{{.Id}}' "$mark:loaded")"
buildx build -q --secret id=word,src=word --build-arg V=2 --metadata-file told -o type=image,name="$mark:loaded" -o type=local,dest=two -o type=tar,dest=two.tar . >/dev/null
same "$(cat id)" "$(sed -n 's/.*"containerimage.digest": "\(.*\)".*/\1/p' told)"
same "2-secret 2-secret" "$(cat two/out) $(tar xOf two.tar out)"
buildx build -q --secret id=word,src=word --build-arg V=3 --target files -o out .
same "3-secret" "$(cat out/out)"
buildx build -q --secret id=word,src=word --build-arg V=3 --target files -o type=tar,dest=out.tar .
same "3-secret" "$(tar xOf out.tar out)"
buildx build --progress plain --secret id=word,src=word --build-arg V=3 --target files -o out . 2>&1 | grep -q CACHED
! buildx build --progress plain - <<<$'FROM busybox\nRUN exit 9' >failed 2>&1
grep -q 'exit code: 9' failed
cat >docker-bake.hcl <<F
group "default" { targets = ["one", "two"] }
target "base" { secret = ["id=word,src=word"] }
target "one" {
  inherits = ["base"]
  tags = ["$mark:baked"]
  args = { V = "4" }
}
target "two" {
  inherits = ["base"]
  tags = ["$mark:other"]
  args = { V = "5" }
}
F
buildx bake --print 2>/dev/null | grep -q "\"$mark:other\""
buildx bake --load >/dev/null 2>&1
same "4-secret 5-secret" "$(docker run --rm "$mark:baked") $(docker run --rm "$mark:other")"
# One target is the context of another, which is in the registry of nobody.
mkdir linked
echo 'FROM common
RUN cat /out > /again
CMD ["cat", "/again"]' >linked/Dockerfile
cat >linked.hcl <<F
target "common" {
  secret = ["id=word,src=word"]
  args = { V = "6" }
}
target "linked" {
  context = "linked"
  contexts = { common = "target:common" }
  tags = ["$mark:other"]
}
F
buildx bake -f linked.hcl --load linked >/dev/null 2>&1
same "6-secret" "$(docker run --rm "$mark:other")"
buildx du | grep -q '^Total:'

# What the docker driver can do where images are kept as indexes.
printf 'FROM scratch\nARG TARGETARCH\nCOPY Dockerfile.multi /file-$TARGETARCH\n' >Dockerfile.multi
buildx build -q --platform linux/amd64,linux/arm64 -f Dockerfile.multi -o both .
same "both/linux_amd64/file-amd64 both/linux_arm64/file-arm64" "$(find both -type f | sort | tr '\n' ' ' | sed 's/ $//')"
cat >several.hcl <<F
target "common" {
  dockerfile = "Dockerfile.multi"
  platforms = ["linux/amd64", "linux/arm64"]
}
target "several" {
  dockerfile-inline = "FROM common AS made\nFROM scratch\nCOPY --from=made / /\nCOPY --from=common / /again/"
  contexts = { common = "target:common" }
  platforms = ["linux/amd64", "linux/arm64"]
  output = ["type=local,dest=several"]
}
F
buildx bake -f several.hcl several >/dev/null 2>&1
same "several/linux_amd64/again/file-amd64 several/linux_amd64/file-amd64 several/linux_arm64/again/file-arm64 several/linux_arm64/file-arm64" \
  "$(find several -type f | sort | tr '\n' ' ' | sed 's/ $//')"
# Stages of one platform may be made for several.
printf 'FROM --platform=$BUILDPLATFORM busybox\nARG TARGETARCH\nRUN echo $TARGETARCH > /for\n' >Dockerfile.across
buildx build -q --platform linux/amd64,linux/arm64 -f Dockerfile.across -o across .
same "amd64 arm64" "$(cat across/linux_amd64/for) $(cat across/linux_arm64/for)"
# Of a directory only what is used comes over.
mkdir wide
truncate -s 40M wide/unused
echo used >wide/used
printf 'FROM scratch\nCOPY use[d] /\n' >Dockerfile.wide
sed 's/use\[d]/used/' Dockerfile.wide >Dockerfile.narrow
sent() { buildx build --progress plain -f "$1" wide 2>&1 | grep -o 'transferring context: [0-9.]*[kM]*B' | tail -1; }
sent Dockerfile.narrow | grep -Eq ' [0-9.]+B$'
sent Dockerfile.wide | grep -Eq ' [0-9.]+MB$'
buildx build -q --platform linux/amd64,linux/arm64 -f Dockerfile.multi -t "$mark:other" . >digest
same "$(cat digest)" "$(docker image inspect -f '{{.Descriptor.Digest}}' "$mark:other")"
buildx build -q --secret id=word,src=word --build-arg V=7 -o type=oci,dest=layout,tar=false -t layout:1 .
buildx build -q --secret id=word,src=word --build-arg V=7 -o type=docker,dest=image.tar -t "$mark:packed" .
docker load -q -i image.tar | grep -q "$mark:packed"
same "7-secret" "$(docker run --rm "$mark:packed")"
printf 'FROM base\nRUN cat /out > /again\nCMD cat /again\n' >Dockerfile.layout
buildx build -q --build-context base=oci-layout://layout:1 -f Dockerfile.layout -t "$mark:other" . >/dev/null
same "7-secret" "$(docker run --rm "$mark:other")"
printf 'FROM busybox\nRUN cat /proc/sys/kernel/random/uuid > /made\n' >Dockerfile.cached
made() { buildx build -q -f Dockerfile.cached "$@" -t "$mark:other" . >/dev/null && docker run --rm "$mark:other" cat /made; }
first=$(made --cache-to type=local,dest=cache,mode=max)
buildx prune -af >/dev/null
same "$first" "$(made --cache-from type=local,src=cache)"
# What it names is not there any more: the build goes on without it.
buildx prune -af >/dev/null
docker rmi -f "$mark:other" >/dev/null
for blob in cache/blobs/sha256/*; do [ "$(head -c1 "$blob")" = '{' ] || rm "$blob"; done
[ -n "$(made --cache-from type=local,src=cache)" ]

if [ -n "${REGISTRY:-}" ]; then
  printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s/registry}}\nhttp: {addr: %s}\nlog: {level: error, accesslog: {disabled: true}}\n' "$work" "$REGISTRY" >registry.yml
  docker-registry serve registry.yml >/dev/null 2>&1 & registry=$!
  within 10 curl -sf "http://$REGISTRY/v2/" -o /dev/null
  docker tag "$mark:baked" "$REGISTRY/one:1"
  docker push -q "$REGISTRY/one:1" >/dev/null
  buildx imagetools inspect "$REGISTRY/one:1" | grep -q "^Name: *$REGISTRY/one:1"
  buildx imagetools create -t "$REGISTRY/one:2" "$REGISTRY/one:1" 2>/dev/null
  docker rmi "$REGISTRY/one:1" >/dev/null
  same "4-secret" "$(docker run --rm "$REGISTRY/one:2" 2>/dev/null)"
  docker rmi "$REGISTRY/one:2" >/dev/null
  docker rmi -f "$mark:other" >/dev/null
  first=$(made --cache-to "type=registry,ref=$REGISTRY/cache:1,mode=max")
  buildx prune -af >/dev/null
  docker rmi -f "$mark:other" >/dev/null
  same "$first" "$(made --cache-from "type=registry,ref=$REGISTRY/cache:1")"
  buildx build -q --platform linux/amd64,linux/arm64 -f Dockerfile.multi --provenance mode=max -t "$REGISTRY/two:1" --push . >/dev/null
  buildx imagetools inspect "$REGISTRY/two:1" --format '{{json .Provenance}}' | grep -q '"platform": "linux/'
  same 2 "$(buildx imagetools inspect "$REGISTRY/two:1" | grep -c 'Platform: *unknown/unknown')"
  docker rmi "$REGISTRY/two:1" >/dev/null
  # Bake files at addresses: in a repository, with what they build from, and alone.
  mkdir -p web/cgi-bin remote/part
  printf 'target "default" {\n  output = ["baked"]\n}\ntarget "part" {\n  context = "./part"\n  output = ["baked"]\n}\ntarget "here" {\n  context = "cwd://wide"\n  dockerfile-inline = "FROM scratch\\nCOPY used /"\n  output = ["baked"]\n}\n' >remote/docker-bake.hcl
  printf 'FROM scratch\nCOPY made /\n' | tee remote/Dockerfile >remote/part/Dockerfile
  echo above >remote/made
  echo beneath >remote/part/made
  cp remote/docker-bake.hcl web/
  git -C remote init -q -b main
  git -C remote add .
  git -C remote -c user.name=a -c user.email=a@b commit -q -m one
  git clone -q --bare remote web/app.git
  printf '#!/bin/sh\nGIT_PROJECT_ROOT=%s GIT_HTTP_EXPORT_ALL=1 exec git http-backend\n' "$work/web" >web/cgi-bin/git
  chmod +x web/cgi-bin/git
  busybox httpd -f -p "${REGISTRY%:*}:5056" -h web & web=$!
  address="http://${REGISTRY%:*}:5056"
  within 10 curl -sf "$address/docker-bake.hcl" -o /dev/null
  baked() { buildx bake "$@" >baking 2>&1 && cat baked/*; rm -rf baked; }
  same "above" "$(baked "$address/cgi-bin/git/app.git")"
  same "beneath" "$(baked "$address/cgi-bin/git/app.git#main" part)"
  same "used" "$(baked "$address/docker-bake.hcl" here)"
  same "used" "$(baked "$address/cgi-bin/git/app.git" here)"
  ! buildx bake "$address/cgi-bin/git/none.git" >baking 2>&1
fi
buildx prune -f --filter until=100h >/dev/null
echo ok >&3
