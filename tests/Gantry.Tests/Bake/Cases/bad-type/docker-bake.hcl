variable "L" {
  type = string
}
variable "N" { type = "string" }
target "a" { args = { n = N } }
