variable "N" { default = 1 }
target "a" {
  args = { b = N }
}
