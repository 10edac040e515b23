variable "A" {
  type = list(string)
  default = ["x"]
  description = "Some"
}
variable "LONGER_NAME" { default = 5 }
target "a" {}
