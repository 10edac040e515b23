group "default" { targets = ["a"] }
group "a" { targets = ["b"] }
target "a" {}
target "b" {}
