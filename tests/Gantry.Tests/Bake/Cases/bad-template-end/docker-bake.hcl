target "a" {
  target = "%{ if true }x"
}
