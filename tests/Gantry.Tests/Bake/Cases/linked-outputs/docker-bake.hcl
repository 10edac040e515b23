target "m" {
  matrix = {x=["1","2"]}
  name = "m-${x}"
  contexts = { z = "target:b", img = "docker-image://alpine" }
}
target "b" {
  tags = ["b"]
}
