variable "B" { default = true }
target "a" {
  args = { b = B }
}
