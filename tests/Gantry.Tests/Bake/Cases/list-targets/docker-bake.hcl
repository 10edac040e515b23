group "default" { targets = ["b", "a"] }
target "_hidden" {}
target "a" {
  description = "The first <one>"
}
target "b" {}
target "long-name-of-a-target" {}
