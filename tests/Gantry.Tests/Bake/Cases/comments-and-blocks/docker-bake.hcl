# one
// two
/* three
   four */
target x { args = { a = 1 } } # five
target "y" {
  inherits = ["x"] // six
  args = {
    a = "1"
    b: "2",
    "f" = "3"
    g = [
      "a",
      "b",
    ][1]
    h = true ? (
      "yes"
    ) : "no"
  }
}
group "default" {
  targets = [
    "y",
  ]
}
