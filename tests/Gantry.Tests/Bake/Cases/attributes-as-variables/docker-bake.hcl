x = 5
y = x + 1
target "a" {
  args = {
    v = "${y}"
    w = target.b.dockerfile
    z = target.b.args.k + target.b.args["k"]
  }
}
target "b" {
  dockerfile = "foo"
  args = { k = 4 }
}
