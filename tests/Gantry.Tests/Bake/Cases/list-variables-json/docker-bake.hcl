variable "A" {
  type = list(string)
  default = ["x"]
  description = "Some"
}
variable "B" { type = object({a=string,b=list(number)}) }
variable "C" {}
variable "D" { default = null }
variable "E" {
  type = tuple([string,bool])
}
target "a" {}
