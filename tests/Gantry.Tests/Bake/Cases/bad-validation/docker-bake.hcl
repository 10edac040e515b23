variable "L" {
  type = string
  validation {
    condition = L == "6"
    error_message = "must be six, was ${L}"
  }
}
target "a" {
  args = { b = L }
}
