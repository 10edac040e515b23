variable "TAG" { default = "latest" }
variable "N" { default = 3 }
variable "B" { default = true }
variable "L" { default = ["a","b"] }
variable "NUL" { default = null }
variable "NONE" {}
function "inc" {
  params = [x]
  variadic_params = rest
  result = x + 1
}
group "default" { targets = ["app", "m", "all"] }
group "all" { targets = ["o"] }
target "base" {
  args = { A = "1", B = TAG, C = null, D = N, E = B, F = NUL }
  labels = { "a.b" = "x<y>&", nul = null }
  tags = ["t:${TAG}", "u:${inc(N)}"]
  cache-from = ["type=registry,ref=u/c", { type = "gha", scope = "x" }, "plain/ref", "type=gha"]
  cache-to = ["type=inline", "type=local,dest=out,mode=max"]
  secret = ["id=a,src=docker-bake.hcl", {id="k",env="E"}, "type=env,id=Z,env=Z"]
  ssh = ["default", "k=/keys/id", {id="default"}, {id="zz", paths=["/keys/id"]}]
  output = ["type=docker", "outdir", {type="local",dest="d"}, "-", "type=image,name=foo,push=true"]
  platforms = ["linux/amd64","linux/arm64"]
  no-cache = true
  pull = false
  network = "host"
  shm-size = "128m"
  ulimits = ["nofile=1024:1024"]
  entitlements = ["security.insecure"]
  extra-hosts = { h = "1.2.3.4" }
  annotations = ["a=b"]
  attest = ["type=provenance,mode=max", {type="sbom"}]
  no-cache-filter = ["x"]
  contexts = { o = "target:o", alp = "docker-image://alpine" }
  description = "desc"
  call = "check,format=json"
  dockerfile-inline = "FROM scratch"
  target = "tgt"
}
target "app" {
 inherits = ["base"] 
 context = "dir"
}
target "m" {
  matrix = { v = ["1.0","2.0"], w = ["x"] }
  name = "m-${replace(v, ".", "-")}-${w}"
  args = { V = v }
}
target "o" {}
