variable "L" { default = ["a"] }
target "a" {
  args = { b = L[0] }
}
