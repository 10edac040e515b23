target "a" {
  target = <<EOT
x
}
