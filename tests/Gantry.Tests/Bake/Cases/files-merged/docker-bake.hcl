target "a" {
  args = { a = "x" }
}
variable "V" { default = "v" }
group "default" { targets = ["a", "z"] }
