target "a" {
  tags = ["a
  b"]
}
