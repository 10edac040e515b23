target "a" { tags = "x" }
