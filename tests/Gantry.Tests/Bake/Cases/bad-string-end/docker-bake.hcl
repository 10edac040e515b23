target "a" { tags = "ab }
