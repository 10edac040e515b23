target "a" {
  tags=["x"]
  args={q="1"}
  cache-from = ["type=gha"]
  secret = ["id=s,src=docker-bake.hcl"]
  platforms=["linux/amd64"]
}
target "ab" { output = ["type=local,dest=o"] }
target "b" { contexts = { r = "target:a" } }
target "c" { inherits = ["a"] }
