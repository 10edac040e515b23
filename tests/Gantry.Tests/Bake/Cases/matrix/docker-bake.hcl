target "_common" { args = {a = "1"} }
target "x" {
  matrix = { a = ["1","2"], b = ["z","y"] }
  name = "x-${a}${b}"
  tags = ["t:${a}${b}"]
  inherits = ["_common"]
}
target "it" {
  name = "app-${item.tgt}-${replace(item.version, ".", "-")}"
  matrix = {
    item = [
      {
        tgt = "foo"
        version = "1.0"
      },
      {
        tgt = "bar"
        version = "2.0"
      }
    ]
  }
  target = item.tgt
  args = {
    VERSION = item.version
  }
}
target "y" { contexts = { p = "target:x-1z" } }
target "z" { contexts = { p = "target:x-2z" } }
