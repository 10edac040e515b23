target "a" {
  target = "\x"
}
