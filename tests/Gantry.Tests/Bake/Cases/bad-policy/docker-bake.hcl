target "a" {
  policy = [{filename="x"}]
}
