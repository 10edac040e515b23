target "a" {
  tags = ["x"]
}
target "a" {
  tags = ["y"]
  args = {q = "1"}
}
group "g" { targets = ["a"] }
group "g" { targets = ["b", "a"] }
target "b" {}
variable "A" { default = "x" }
variable "A" { default = "y" }
target "b" {
  args = { v = A }
}
