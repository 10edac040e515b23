variable "V" {
  default = "${W}x"
}
variable "W" { default = V }
target "a" { args = { v = V } }
