target "z" {
  args = { a = V }
  inherits = ["c"]
}
variable "V" { default = "w" }
