group "default" { targets = ["a"] }
target "a" { inherits = ["b","c"] }
target "b" {
  tags=["b"]
  args={x="b"}
  platforms=["linux/amd64"]
  contexts={q="target:d"}
  description="B"
  cache-from=["b"]
  secret=["id=docker-bake.hcl"]
  entitlements=["network.host"]
  annotations=["b=1"]
  attest=["type=sbom"]
  ulimits=["nofile=1"]
  ssh=["default"]
  no-cache-filter=["x"]
  output=["type=docker"]
  extra-hosts={a="1"}
  network="none"
  shm-size="1m"
  cache-to=["type=inline"]
}
target "c" {
  tags=[]
  args={y="c"}
  cache-from=["c"]
  platforms=["linux/arm64"]
  secret=["id=docker-bake.hcl", "id=x,src=docker-bake.hcl"]
  entitlements=["security.insecure"]
  annotations=["c=1"]
  attest=["type=provenance","type=sbom,disabled=true"]
  ulimits=["nofile=2"]
  no-cache-filter=["y"]
  ssh=["b=/keys/id"]
}
target "d" {}
