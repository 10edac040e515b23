target "a" {
  tags = ["${NOPE}"]
}
