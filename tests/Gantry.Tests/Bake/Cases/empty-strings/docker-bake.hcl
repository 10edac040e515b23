target "a" {
  tags = ["", "x", "x", ""]
  platforms = ["", "linux/amd64"]
  no-cache-filter = ["", "y"]
  ulimits = ["", "nofile=1"]
  entitlements = ["", "network.host"]
  annotations = ["", "a=b"]
  cache-from = ["", "type=gha"]
  cache-to = ["", "type=gha"]
  output = ["", "type=docker"]
  secret = ["", "id=x,env=HOME"]
  attest = ["", "type=sbom"]
  ssh = ["", "default"]
}
target "b" {
  tags = [""]
  context = ""
  dockerfile = ""
  target = ""
  network = ""
  description = ""
  dockerfile-inline = ""
  args = { A = "" }
  call = ""
}
group "g" { targets = ["a", "a", "b"] }
target "c" {
  tags = ["x"]
}
